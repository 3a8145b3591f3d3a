import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DockerfileParser } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ROOT } from './installed-package.js';

const FOLDER = join(ROOT, 'deploy/containers');

/** No moving tag: the same file gives the same image next year. */
const PINNED = /^[a-z0-9./-]+:v?\d+\.\d+(\.\d+)?(-[a-z0-9]+)*$/;

/** What the repository's own scripts are called; a step of an image must be one of them, or npm's own. */
const scriptsSchema = z.object({ scripts: z.record(z.string(), z.string()) });

describe.each(['control-plane.Dockerfile', 'edge-agent.Dockerfile'])('%s', (file) => {
  let text: string;
  let instructions: readonly { readonly keyword: string; readonly words: string }[];

  beforeAll(async () => {
    text = await readFile(join(FOLDER, file), 'utf8');
    instructions = DockerfileParser.parse(text)
      .getInstructions()
      .map((instruction) => ({ keyword: instruction.getKeyword(), words: instruction.getArgumentsContent() ?? '' }));
  });

  const wordsOf = (keyword: string): readonly string[] =>
    instructions.filter((instruction) => instruction.keyword === keyword).map(({ words }) => words);

  it('is sound', () => {
    const problems = validate(text).map(({ message, range }) => {
      const words = typeof message === 'string' ? message : message.value;
      return `line ${range.start.line + 1}: ${words}`;
    });
    expect(problems).toEqual([]);
  });

  it('is built in two stages, both from a pinned image', () => {
    const bases = wordsOf('FROM').map((words) => words.split(' ')[0]);
    expect(bases).toHaveLength(2);
    for (const base of bases) expect(base).toMatch(PINNED);
  });

  it('ends as a user without privileges, that says when it is well', () => {
    const lastStage = instructions.slice(instructions.findLastIndex(({ keyword }) => keyword === 'FROM'));
    const keywords = lastStage.map(({ keyword }) => keyword);
    expect(wordsOf('USER')).toEqual(['node']);
    expect(keywords.indexOf('USER')).toBeLessThan(keywords.indexOf('ENTRYPOINT'));
    expect(keywords).toContain('HEALTHCHECK');
  });

  it('builds by scripts that there are, and takes only what was built along', async () => {
    const { scripts } = scriptsSchema.parse(JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')));
    const steps = wordsOf('RUN').flatMap((words) => words.split('&&').map((step) => step.trim()));
    const named = steps.flatMap((step) => /^npm run (\S+)$/.exec(step)?.[1] ?? []);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
    expect(named.length).toBeGreaterThan(0);
    const copies = text.match(/^COPY (?!--from=build ).*$/gm);
    expect(copies).toEqual(['COPY package.json package-lock.json .npmrc ./', 'COPY . .']);
  });

  it('knows no secret', () => {
    expect(text).not.toMatch(/(PASSWORD|TOKEN|SECRET|KEY)\s*=/);
  });
});

const serviceSchema = z.strictObject({
  image: z.string().optional(),
  build: z.strictObject({ context: z.string(), dockerfile: z.string() }).optional(),
  user: z.string().optional(),
  restart: z.string(),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  ports: z.array(z.string()).optional(),
  volumes: z.array(z.string()),
  depends_on: z.unknown().optional(),
  healthcheck: z.unknown().optional(),
});
const composeSchema = z.strictObject({
  name: z.string(),
  'x-confined': z.unknown(),
  services: z.record(z.string(), serviceSchema),
  volumes: z.record(z.string(), z.null()),
});

describe('compose.yaml', () => {
  let compose: z.output<typeof composeSchema>;

  beforeAll(async () => {
    compose = composeSchema.parse(parse(await readFile(join(FOLDER, 'compose.yaml'), 'utf8'), { merge: true }));
  });

  it('has what a machine needs, and confines each', () => {
    expect(Object.keys(compose.services)).toEqual(['control-plane', 'postgres', 'prometheus', 'grafana']);
    for (const service of Object.values(compose.services)) {
      expect(service).toMatchObject({ cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
      // An image of ours has its user and its health check inside.
      if (service.build === undefined) {
        expect(service.image).toMatch(PINNED);
        expect(service.user).not.toMatch(/^(root|0)$|^$/);
        expect(service.healthcheck).toBeDefined();
      } else expect(existsSync(join(FOLDER, service.build.context, service.build.dockerfile))).toBe(true);
    }
  });

  it('is reached from this machine alone', () => {
    const ports = Object.values(compose.services).flatMap((service) => service.ports ?? []);
    expect(ports.length).toBeGreaterThan(0);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('mounts what the repository has, and volumes it declares', () => {
    const sources = Object.values(compose.services).flatMap(({ volumes }) =>
      volumes.map((volume) => volume.split(':')[0]!),
    );
    const files = sources.filter((source) => source.startsWith('../'));
    expect(files.filter((file) => !existsSync(join(FOLDER, file)))).toEqual([]);
    const named = sources.filter((source) => !source.startsWith('.'));
    expect(named.sort()).toEqual(Object.keys(compose.volumes).sort());
  });

  it('asks for its secrets, each of which the example names', async () => {
    const values = Object.values(compose.services).flatMap(({ environment = {} }) => Object.entries(environment));
    const secrets = values.filter(([name]) => /PASSWORD|TOKEN|SECRET/.test(name)).map(([, value]) => value);
    const asked = secrets.map((value) => /^\$\{(\w+):\?/.exec(value)?.[1]);
    expect(asked).not.toContain(undefined);
    const example = await readFile(join(FOLDER, '.env.example'), 'utf8');
    for (const name of asked) expect(example).toContain(`${String(name)}=\n`);
  });
});
