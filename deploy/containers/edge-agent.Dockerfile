# The edge agent with the userspace data plane, which needs no privilege. An edge with IPVS is installed on its host:
# docs/edge-agent.md. Build it from the repository's root:
#   docker build -f deploy/containers/edge-agent.Dockerfile -t weir-edge .
FROM node:24.11.0-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build:edge

FROM node:24.11.0-bookworm-slim
ENV NODE_ENV=production \
    WEIR_EDGE_DATA_PLANE=userspace \
    WEIR_EDGE_STATE_DIRECTORY=/var/lib/weir-edge \
    WEIR_EDGE_HTTP_HOST=0.0.0.0
COPY --from=build /src/dist/weir-edge.mjs /usr/local/bin/weir-edge
RUN install -d -o node -g node -m 700 /var/lib/weir-edge
USER node
VOLUME /var/lib/weir-edge
EXPOSE 9470
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s \
    CMD ["node", "-e", "fetch('http://127.0.0.1:9470/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["weir-edge"]
