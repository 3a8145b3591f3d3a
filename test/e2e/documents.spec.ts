import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ControlPlaneProcess, startControlPlane } from '#testkit/control-plane-process.js';
import { documentCommands, type DocumentCommand } from '#testkit/document-commands.js';
import { eventually } from '#testkit/eventually.js';
import { freePorts } from '#testkit/free-port.js';
import { WeirApi } from '#testkit/weir-api.js';
import { callApi } from './api-client.js';
import { ReportingAgent } from './reporting-agent.js';

/*
 * Every command that the documents tell their reader to run is run here, in a folder that looks like a checkout, on ports
 * that are free. What cannot be is listed, with the reason.
 */

const NOT_RUN: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^npm (ci|test|run|start)/, 'builds, measures or stays for minutes; .ci/run does what the README begins with'],
  [/^node dist\/weir-edge\.mjs|WEIR_EDGE_DATA_PLANE=ipvs/, 'the bundle is built and run by edge-daemon.spec.ts'],
  [/apt-get|systemctl|systemd|sysctl|journalctl|\binstall -|\$unit/, 'changes the machine as root'],
  [/^(ipvsadm|birdc|weir-edge) /, 'is of an edge: the lab has them'],
  [/^curl -sS http:\/\/127\.0\.0\.1:9470\//, 'asks an installed agent; edge-daemon.spec.ts does it'],
  [/^(createuser|createdb|psql)|WEIR_DATABASE_URL=/, 'needs a PostgreSQL of one’s own; replicas.spec.ts has one'],
  [/^(promtool|prometheus) /, 'monitoring.spec.ts and monitoring-rules.spec.ts run them'],
  [/^export |^alias /, 'is what the test has set up for all commands'],
  [/ --follow$/, 'never ends; weirctl.spec.ts does it'],
  [/cycles\/412|replay 412/, 'the cycle is an example; api.spec.ts reads and replays one'],
];

const run = promisify(execFile);
const COMMAND_TIMEOUT_MS = 60_000;

/** What a reader has typed before, and how a command that the API refuses is noticed. */
const PRELUDE = `set -euo pipefail
weirctl() { node dist/apps/cli/main.js "$@"; }
curl() { command curl --fail-with-body -sS \${ALIAS_TOKEN:+-H "authorization: Bearer $ALIAS_TOKEN"} "$@"; }
weir-get() { curl -H "authorization: Bearer $WEIR_TOKEN" "$@"; }
`;

function isRun({ text }: DocumentCommand): boolean {
  return !NOT_RUN.some(([pattern]) => pattern.test(text));
}

async function commandsOf(file: string): Promise<readonly DocumentCommand[]> {
  return documentCommands(await readFile(file, 'utf8'));
}

let folder: string;

/** Looks like a checkout whose files may be written. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-documents-'));
  for (const entry of ['dist', 'deploy', 'node_modules', 'package.json']) {
    await symlink(resolve(entry), join(folder, entry));
  }
  await cp('docs/tutorial', join(folder, 'docs/tutorial'), { recursive: true });
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function carryOut(command: string, environment: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await run('bash', ['-c', PRELUDE + command], {
    cwd: folder,
    env: { ...process.env, WEIRCTL_CONFIG: join(folder, 'weirctl.yaml'), ...environment },
    timeout: COMMAND_TIMEOUT_MS,
  });
  return stdout;
}

const guides = (await readdir('docs/how-to')).sort().map((name) => `docs/how-to/${name}`);

describe('what is not run', () => {
  it('is told with a reason, and is in a document', async () => {
    const files = [
      'README.md',
      'docs/tutorial.md',
      'docs/runbook.md',
      'docs/security.md',
      'docs/edge-agent.md',
      ...guides,
    ];
    const commands = (await Promise.all(files.map(commandsOf))).flat();
    const unused = NOT_RUN.filter(([pattern]) => !commands.some(({ text }) => pattern.test(text)));
    expect(unused).toEqual([]);
    expect(commands.filter(isRun).length).toBeGreaterThan(50);
  });
});

describe('every command', () => {
  let controlPlane: ControlPlaneProcess;
  let agent: ReportingAgent;

  // One for all documents: a reader has but one, too.
  beforeAll(async () => {
    agent = new ReportingAgent('ams-1', 10);
    controlPlane = await startControlPlane({ environment: { WEIR_CYCLE_SECONDS: '1' } });
    agent.start([controlPlane.url], await declare(new WeirApi(controlPlane)));
  });

  afterAll(async () => {
    await agent.stop();
    await controlPlane.stop();
  });

  /** Two documents make a token of the same name. */
  afterEach(async () => {
    const { url, token } = controlPlane;
    await callApi(url, { method: 'DELETE', path: '/v1/tokens/agent-ams-1', token });
  });

  /** What the README's reader has declared, and runs, when he comes to the other documents. Answers the edge's token. */
  async function declare(api: WeirApi): Promise<string> {
    await api.setMode('running');
    await api.put('/v1/origins/eu-central', {
      region: 'eu',
      endpoints: [{ address: '198.51.100.11' }],
      capacity: { rate: 200 },
    });
    await api.put('/v1/origins/us-east', { region: 'us', endpoints: [{ address: '192.0.2.21' }] });
    await api.put('/v1/edges/ams-1', { site: 'ams', region: 'eu' });
    await api.put('/v1/load-balancers/shop', {
      addresses: ['203.0.113.10'],
      listeners: [{ protocol: 'TCP', port: 443 }],
      origins: [{ origin: 'eu-central' }, { origin: 'us-east' }],
    });
    return api.edgeToken('ams-1');
  }

  /** `further` is what only the reader of this document has set. */
  async function carryOutAll(file: string, further: Readonly<Record<string, string>> = {}): Promise<void> {
    const { url, token, dataDirectory } = controlPlane;
    const known = { TOKEN: token, WEIR_TOKEN: token, WEIR_URL: url, WEIR_DATA_DIRECTORY: dataDirectory };
    const environment = { ...known, ...further };
    for (const { text, line } of (await commandsOf(file)).filter(isRun)) {
      const command = text.replaceAll(/(localhost|127\.0\.0\.1):8080/g, new URL(url).host);
      // Asked from what a cycle saw, and readers are slower than this test.
      if (text.includes('what-if')) await new WeirApi(controlPlane).passCycles(1);
      await carryOut(command, environment).catch((cause: unknown) => {
        throw new Error(`${file}:${line} failed: ${text}\n${String(cause)}`, { cause });
      });
    }
  }

  it('of README.md works', async () => {
    await carryOutAll('README.md', { ALIAS_TOKEN: controlPlane.token });
  });

  it.each(['docs/security.md', 'docs/runbook.md', ...guides])('of %s works', async (file) => {
    await declare(new WeirApi(controlPlane));
    await carryOutAll(file);
  });
});

describe('the tutorial', () => {
  const running: ChildProcess[] = [];

  afterEach(() => {
    for (const child of running.splice(0)) process.kill(-child.pid!, 'SIGKILL');
  });

  /** Starts what stays in a terminal of its own; resolves when it says so, or listens. */
  async function stay(command: string, environment: Readonly<Record<string, string>>): Promise<() => string> {
    const child = spawn('bash', ['-c', command], {
      cwd: folder,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    running.push(child);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
    await eventually(() => {
      expect(said).toMatch(/answers on port|listening on|the edge agent runs|near \d+/);
    });
    return () => said;
  }

  it('leads to a spill', async () => {
    const names = ['8080', '9001', '9002', '7080', '9470'];
    const ports = new Map((await freePorts(names.length)).map((port, index) => [names[index]!, String(port)]));
    const onFreePorts = (text: string) => text.replaceAll(/\b(8080|9001|9002|7080)\b/g, (port) => ports.get(port)!);
    const manifest = join(folder, 'docs/tutorial/weir.yaml');
    await writeFile(manifest, onFreePorts(await readFile(manifest, 'utf8')));
    const environment = { WEIR_PORT: ports.get('8080')!, WEIR_EDGE_HTTP_PORT: ports.get('9470')! };
    const staying = /^node docs\/tutorial\/|^WEIR_\w+=/;
    let users: (() => string) | null = null;

    for (const { text, line } of (await commandsOf('docs/tutorial.md')).filter(isRun)) {
      const command = onFreePorts(text);
      if (staying.test(command)) {
        const said = await stay(command, environment);
        if (text.includes('users.mjs')) {
          users = said;
          await eventually(() => {
            // Sixty of 150, give or take what a busy machine does to a second.
            const lately = said().trim().split('\n').slice(-3);
            const nears = lately.map((entry) => Number(/near (\d+)/.exec(entry)?.[1] ?? 0));
            expect(Math.max(...nears)).toBeLessThan(90);
            expect(Math.min(...nears)).toBeGreaterThan(30);
          }, COMMAND_TIMEOUT_MS);
        }
        continue;
      }
      // The edge serves a cycle after its agent was started.
      const patience = /curl .*7080/.test(text) ? COMMAND_TIMEOUT_MS : 0;
      await eventually(() => carryOut(command, environment), patience).catch((cause: unknown) => {
        throw new Error(`docs/tutorial.md:${line} failed: ${text}`, { cause });
      });
    }
    expect(users?.()).toMatch(/far \d+/);
    expect(users?.()).not.toMatch(/nobody/);
  });
});
