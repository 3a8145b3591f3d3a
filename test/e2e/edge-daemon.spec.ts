import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { once } from 'node:events';
import { spawnSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildEdgeAgentBundle, Program } from '#testkit/edge-agent-bundle.js';
import { freePorts } from '#testkit/free-port.js';
import { describeWith } from '#testkit/real-part.js';
import { FakeControlPlane } from '../../edge-agent/src/client/fake-control-plane.js';
import { exampleConfiguration } from '../../edge-agent/src/configuration/example-configuration.js';

/** The one file that is copied to an edge, started where there is nothing but Node. */
let parent: string;
let bundle: string;
let directory: string;
const programs: Program[] = [];

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'weir-daemon-'));
  bundle = await buildEdgeAgentBundle(join(parent, 'bundle'));
});
afterAll(() => rm(parent, { recursive: true }));

beforeEach(async () => {
  directory = await mkdtemp(join(parent, 'edge-'));
});
afterEach(async () => {
  for (const program of programs.splice(0)) {
    program.signal('SIGKILL');
    await program.end();
  }
});

function start(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Program {
  const program = new Program(bundle, { args, environment, cwd: directory });
  programs.push(program);
  return program;
}

async function settingsFile(changes: Readonly<Record<string, string>> = {}): Promise<string> {
  const [httpPort] = await freePorts(1);
  const settings = {
    WEIR_EDGE_NAME: 'ams-1',
    WEIR_CONTROL_PLANE_URL: 'http://127.0.0.1:1',
    WEIR_EDGE_STATE_DIRECTORY: join(directory, 'state'),
    WEIR_EDGE_DATA_PLANE: 'userspace',
    WEIR_EDGE_HTTP_PORT: String(httpPort),
    ...changes,
  };
  const file = join(directory, 'edge.env');
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(file, lines.join(''));
  return file;
}

describe('weir-edge', () => {
  it('tells its version and how to use it', async () => {
    const version = start(['--version']);
    expect(await version.end()).toBe(0);
    expect(version.output).toMatch(/^weir-edge \d+\.\d+\.\d+\n$/);
    const help = start(['--help']);
    expect(await help.end()).toBe(0);
    expect(help.output).toContain('--check-config');
  });

  it('ends with 2 where it is asked or set up wrongly', async () => {
    const misused = start(['--forever']);
    const unset = start([]);
    const checked = start(['--check-config', '--config', await settingsFile({ WEIR_EDGE_DATA_PLANE: 'ebpf' })]);
    expect(await Promise.all([misused.end(), unset.end(), checked.end()])).toEqual([2, 2, 2]);
    expect(misused.output).toContain("Unknown option '--forever'");
    expect(unset.output).toContain('WEIR_EDGE_NAME must be set');
    expect(checked.output).toContain('WEIR_EDGE_DATA_PLANE must be set to userspace or ipvs');
  });

  it('checks settings and the stored configuration', async () => {
    const checked = start(['--check-config', '--config', await settingsFile()]);
    expect(await checked.end()).toBe(0);
    expect(checked.output).toContain('stored configuration: none');
    await mkdir(join(directory, 'state'));
    await writeFile(join(directory, 'state', 'state.json'), '{"format":2,"sha256":"","state":{}}');
    const newer = start(['--check-config', '--config', await settingsFile()]);
    expect(await newer.end()).toBe(2);
    expect(newer.output).toContain('is of format 2 and this agent knows 1');
  });

  it('reads its settings again on SIGHUP, keeps what it has when they are wrong, and drains on SIGTERM', async () => {
    const agent = start(['--config', await settingsFile()]);
    await agent.says('the edge agent runs');
    await settingsFile({ WEIR_EDGE_LOG_LEVEL: 'debug', WEIR_EDGE_DRAIN_SECONDS: '5' });
    agent.signal('SIGHUP');
    await agent.says('"logLevel":"debug","needRestart":["httpPort","drainMs"]');
    await settingsFile({ WEIR_EDGE_NAME: 'Not A Name' });
    agent.signal('SIGHUP');
    await agent.says('the settings cannot be used; the agent goes on with those it has');
    agent.signal('SIGTERM');
    expect(await agent.end()).toBe(0);
    expect(agent.output).toContain('"message":"stopping","signal":"SIGTERM"');
  });

  it('leaves at once on a second SIGTERM, though its last report hangs', async () => {
    const hanging = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(hanging, 'listening');
    const address = hanging.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const agent = start(['--config', await settingsFile({ WEIR_CONTROL_PLANE_URL: `http://127.0.0.1:${port}` })]);
    await agent.says('the edge agent runs');
    agent.signal('SIGTERM');
    await agent.says('stopping');
    agent.signal('SIGTERM');
    expect(await agent.end()).toBe(1);
    expect(agent.output).toContain('left at once');
    hanging.closeAllConnections();
    hanging.close();
  });

  it('runs though its status port is taken, and says so', async () => {
    const [port] = await freePorts(1);
    const squatter = createTcpServer().listen(port, '127.0.0.1');
    await once(squatter, 'listening');
    const agent = start(['--config', await settingsFile({ WEIR_EDGE_HTTP_PORT: String(port) })]);
    await agent.says('the edge agent runs');
    await agent.says('"code":"status-unavailable"');
    squatter.close();
    agent.signal('SIGTERM');
    expect(await agent.end()).toBe(0);
  });

  describe('with a kernel to write to', () => {
    let controlPlane: FakeControlPlane;
    /** Stands in for the programs: empty tables, and a list of what was asked of them. */
    const programsOf = async (): Promise<string> => {
      const bin = join(directory, 'bin');
      await mkdir(bin);
      const script = `#!/bin/sh\nprintf '%s %s\\n' "$(basename "$0")" "$*" >>${directory}/asked\n`;
      for (const [name, answer] of [
        ['ipvsadm', `tee -a restored | sed -n 's/^-L.*/IP Virtual Server version 1.2.1 (size=4096)/p'`],
        ['ip', 'case "$*" in *show*) echo "[]";; esac'],
        ['iptables', 'exit 1'],
        ['ip6tables', 'exit 1'],
        ['iptables-legacy', 'exit 1'],
        ['ip6tables-legacy', 'exit 1'],
        ['nft', 'exit 1'],
      ] as const) {
        await writeFile(join(bin, name), `${script}${answer}\n`);
        await chmod(join(bin, name), 0o755);
      }
      return `${bin}:${dirname(process.execPath)}:/usr/bin:/bin`;
    };

    beforeEach(async () => {
      controlPlane = new FakeControlPlane();
      await controlPlane.start();
      controlPlane.publish(exampleConfiguration({ generation: 7 }));
    });
    afterEach(() => controlPlane.stop());

    it('prints what it would do, then does it once', async () => {
      const tokenFile = join(directory, 'token');
      await writeFile(tokenFile, 'weir_secret\n', { mode: 0o600 });
      const file = await settingsFile({
        WEIR_CONTROL_PLANE_URL: controlPlane.url,
        WEIR_EDGE_TOKEN_FILE: tokenFile,
        WEIR_EDGE_DATA_PLANE: 'ipvs',
      });
      const PATH = await programsOf();
      const dry = start(['--dry-run', '--config', file], { PATH });
      expect(await dry.end()).toBe(0);
      expect(dry.output).toContain('generation 7 of term 1, 1 load balancers: would run');
      expect(dry.output).toContain('-a -t 203.0.113.10:443 -r 192.0.2.11:8443 -m -w 9');
      expect(await readFile(join(directory, 'restored'), 'utf8')).toMatch(/^(-Ln.*\n)+$/);

      // Its table stays empty whatever it is asked, which is a failure to tell.
      const wet = start(['--once', '--config', file], { PATH });
      expect(await wet.end()).toBe(1);
      expect(await readFile(join(directory, 'restored'), 'utf8')).toContain('-A -t 203.0.113.10:443');
      expect(wet.output).toContain('# action-failed: add-service TCP 203.0.113.10:443');
      expect(await readFile(join(directory, 'state', 'state.json'), 'utf8')).toContain('"generation": 7');
      const tokens = controlPlane.requests.map(({ headers }) => headers.authorization);
      expect(tokens).toEqual(['Bearer weir_secret', 'Bearer weir_secret']);
    });
  });
});

const RECEIVER = `
import array, os, socket, sys
server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
server.bind(sys.argv[1])
print('bound', flush=True)
while True:
    data, ancillary, _, _ = server.recvmsg(4096, socket.CMSG_LEN(64))
    print(data.decode().replace('\\n', ' '), flush=True)
    # The sender waits until its barrier is closed.
    for _, kind, fds in ancillary:
        for fd in array.array('i', fds[: len(fds) // 4 * 4]):
            os.close(fd)
`;

const missing = ['python3', 'systemd-notify'].filter((name) => spawnSync(name, ['--version']).status !== 0);

describeWith(
  'weir-edge under a service manager',
  missing.length === 0
    ? { available: true, program: 'python3' }
    : { available: false, reason: `no ${missing.join(', no ')}` },
  () => {
    it('is ready, gives signs of life, reloads and stops, over a real datagram socket', async () => {
      const NOTIFY_SOCKET = join(directory, 'notify');
      const manager = new Program('/usr/bin/env', { args: ['python3', '-c', RECEIVER, NOTIFY_SOCKET], cwd: directory });
      programs.push(manager);
      await manager.says('bound');
      const agent = start(['--config', await settingsFile()], { NOTIFY_SOCKET, WATCHDOG_USEC: '600000' });
      await manager.says('READY=1 STATUS=no configuration yet; 0 services');
      await manager.says('WATCHDOG=1');
      agent.signal('SIGHUP');
      await manager.says('RELOADING=1');
      agent.signal('SIGTERM');
      expect(await agent.end()).toBe(0);
      await manager.says('STOPPING=1');
    });
  },
);
