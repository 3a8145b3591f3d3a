import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlPlaneProcess, startControlPlane } from '#testkit/control-plane-process.js';
import { CountingOrigin, HEALTH_PATH } from '#testkit/counting-origin.js';
import { type EdgeAgentProcess, startEdgeAgent } from '#testkit/edge-agent-process.js';
import { eventually } from '#testkit/eventually.js';
import { freePorts } from '#testkit/free-port.js';
import { runProgram } from '#testkit/run-program.js';
import { WeirApi } from '#testkit/weir-api.js';
import { nodeRelease } from './node-release.js';

const WEIRCTL = fileURLToPath(new URL('../../dist/apps/cli/main.js', import.meta.url));
const EDGE = 'ams-1';

/* The whole way of a connection with every Node that package.json allows: declared, decided, published, applied, served. */
describe.each([20, 22, 24])('on Node %i', (major) => {
  let node: string;
  let directory: string;
  let origin: CountingOrigin;
  let controlPlane: ControlPlaneProcess;
  let agent: EdgeAgentProcess;
  let edgePort: number;

  beforeAll(async () => {
    node = await nodeRelease(major);
    directory = await mkdtemp(join(tmpdir(), 'weir-nodes-'));
    const [originPort = 0, port = 0] = await freePorts(2);
    edgePort = port;
    origin = new CountingOrigin('eu', originPort, 0);
    await origin.start();
    controlPlane = await startControlPlane({ node, environment: { WEIR_CYCLE_SECONDS: '0.5' } });
    await declare(originPort);
    const tokenFile = join(directory, 'token');
    await writeFile(tokenFile, await new WeirApi(controlPlane).edgeToken(EDGE));
    agent = await startEdgeAgent({
      node,
      edge: EDGE,
      controlPlaneUrl: controlPlane.url,
      stateDirectory: directory,
      listenMap: `203.0.113.10:80=127.0.0.1:${edgePort}`,
      environment: { WEIR_EDGE_TOKEN_FILE: tokenFile },
    });
  });

  afterAll(async () => {
    await agent.stop();
    await controlPlane.stop();
    await origin.kill();
    await rm(directory, { recursive: true, force: true });
  });

  async function weirctl(...args: string[]): Promise<string> {
    const environment = { PATH: process.env['PATH'], WEIR_URL: controlPlane.url, WEIR_TOKEN: controlPlane.token };
    const { exitCode, stdout, stderr } = await runProgram(node, [WEIRCTL, ...args], { cwd: directory, environment });
    expect([exitCode, stderr]).toEqual([0, '']);
    return stdout;
  }

  async function declare(port: number): Promise<void> {
    const manifests = [
      { kind: 'Origin', name: 'eu', region: 'eu', endpoints: [{ address: '127.0.0.1' }] },
      { kind: 'Edge', name: EDGE, site: 'ams', region: 'eu' },
      {
        kind: 'LoadBalancer',
        name: 'shop',
        addresses: ['203.0.113.10'],
        listeners: [{ protocol: 'TCP', port: 80 }],
        origins: [{ origin: 'eu', port }],
        healthCheck: { protocol: 'HTTP', path: HEALTH_PATH, intervalMs: 500, timeoutMs: 400 },
      },
    ];
    await writeFile(join(directory, 'weir.json'), JSON.stringify(manifests));
    await weirctl('apply', '-f', 'weir.json', '--yes');
  }

  it('runs there at all', async () => {
    const { stdout } = await runProgram(node, ['--version'], { cwd: directory });
    expect(stdout).toMatch(new RegExp(`^v${major}\\.`));
  });

  it('decides, publishes, and serves a connection through the edge', async () => {
    await eventually(async () => {
      expect((await fetch(`http://127.0.0.1:${edgePort}/`)).status).toBe(200);
    });
    const top = JSON.parse(await weirctl('top', '--once', '-o', 'json')) as object;
    expect(top).toMatchObject({
      overview: {
        scheduler: { lastCycle: { outcome: { kind: 'planned' } } },
        edges: [{ edge: EDGE, isCurrent: true, errors: 0 }],
      },
    });
    expect(await weirctl('get', 'lb')).toMatch(/^shop +203\.0\.113\.10 +TCP 80 +eu +automatic$/m);
  });

  it('writes nothing that a person must act on', () => {
    expect(
      [...controlPlane.logs(), ...agent.logs()].filter((line) => /"level":"?error|ERROR|Warning/.test(line)),
    ).toEqual([]);
  });
});
