# The control plane, with weirctl beside it. Build it from the repository's root:
#   docker build -f deploy/containers/control-plane.Dockerfile -t weir .
FROM node:24.11.0-bookworm-slim AS build
WORKDIR /src
# What changes seldom comes first: it is built once.
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build && npm run build:weirctl
RUN npm ci --omit=dev

FROM node:24.11.0-bookworm-slim
ENV NODE_ENV=production \
    WEIR_HOST=0.0.0.0 \
    WEIR_DATA_DIRECTORY=/var/lib/weir
WORKDIR /opt/weir
COPY --from=build /src/package.json /src/CHANGELOG.md /src/LICENSE ./
COPY --from=build /src/node_modules node_modules
COPY --from=build /src/dist dist
RUN ln -s /opt/weir/dist/weirctl.mjs /usr/local/bin/weirctl \
    && install -d -o node -g node -m 700 /var/lib/weir
USER node
VOLUME /var/lib/weir
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["node", "-e", "fetch('http://127.0.0.1:8080/readyz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/apps/weir/main.js"]
CMD ["start"]
