import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlPlaneProcess, startControlPlane } from '#testkit/control-plane-process.js';
import { debianProgram } from '#testkit/debian-package.js';
import { describeWith } from '#testkit/real-part.js';

const ENTRY = fileURLToPath(new URL('../../dist/apps/cli/main.js', import.meta.url));

const MANIFESTS = `
kind: LoadBalancer
name: shop
addresses: ['203.0.113.10']
listeners: [{ protocol: TCP, port: 443 }]
origins: [{ origin: eu }, { origin: us }]
---
kind: Origin
name: eu
region: eu
endpoints: [{ address: 198.51.100.11 }]
capacity: { rate: 200 }
---
kind: Origin
name: us
region: us
endpoints: [{ address: 198.51.100.12 }]
---
kind: Edge
name: ams-1
site: ams
region: eu
`;

const zsh = await debianProgram('zsh', 'bin/zsh');

interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('weirctl', () => {
  let controlPlane: ControlPlaneProcess;
  let home: string;
  /** Where it is run, and where manifests are. */
  let directory: string;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'weirctl-'));
    directory = join(home, 'manifests');
    await mkdir(directory);
    controlPlane = await startControlPlane();
    await writeFile(join(directory, 'weir.yaml'), MANIFESTS);
    const { exitCode, stderr } = await weirctl(['login', controlPlane.url], { WEIR_TOKEN: controlPlane.token });
    expect([exitCode, stderr]).toEqual([0, '']);
  });

  afterAll(async () => {
    await controlPlane.stop();
    await rm(home, { recursive: true });
  });

  function weirctl(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Run> {
    const env = { PATH: process.env['PATH'], WEIRCTL_CONFIG: join(home, 'contexts.yaml'), ...environment };
    return new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        [ENTRY, ...args],
        { cwd: directory, env, timeout: 60_000 },
        (_, stdout, stderr) => {
          resolve({ exitCode: child.exitCode ?? -1, stdout, stderr });
        },
      );
      child.stdin?.end();
    });
  }

  it('shows what apply would change, and changes nothing', async () => {
    const dry = await weirctl(['apply', '-f', '.', '--dry-run']);
    expect(dry.exitCode).toBe(7);
    expect(dry.stdout).toContain('Origin eu: new\n  +name: eu\n');
    expect((await weirctl(['get', 'origins', '-o', 'json'])).stdout).toBe('{\n  "items": []\n}\n');
  });

  it('asks nobody who is not there', async () => {
    const { exitCode, stderr } = await weirctl(['apply', '-f', 'weir.yaml']);
    expect([exitCode, stderr]).toEqual([2, 'nobody is there to be asked; add --yes or --dry-run\n']);
  });

  it('applies in the order that works, and then has nothing to do', async () => {
    const { stdout } = await weirctl(['apply', '-f', 'weir.yaml', '--yes']);
    expect(stdout.split('\n').slice(-5, -1)).toEqual([
      'Origin eu: created',
      'Origin us: created',
      'Edge ams-1: created',
      'LoadBalancer shop: created',
    ]);
    expect(await weirctl(['apply', '-f', 'weir.yaml', '--yes'])).toMatchObject({
      exitCode: 0,
      stdout: 'Everything is as declared.\n',
    });
    expect(await weirctl(['diff', '-f', 'weir.yaml'])).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  it('prints what apply takes', async () => {
    for (const kind of ['origins', 'edges', 'lb']) {
      const { stdout } = await weirctl(['get', kind, '-o', 'yaml']);
      await writeFile(join(directory, 'again.yml'), stdout);
      expect((await weirctl(['diff', '-f', 'again.yml'])).exitCode).toBe(0);
    }
  });

  it('tells every wrong field, and fails as scripts expect', async () => {
    await writeFile(
      join(directory, 'wrong.json'),
      JSON.stringify({ kind: 'Origin', name: 'eu', regoin: 1, endpoints: [] }),
    );
    const wrong = await weirctl(['apply', '-f', 'wrong.json', '--yes']);
    expect(wrong.exitCode).toBe(1);
    expect(wrong.stderr).toMatch(/\/region: .*\n(.*\n)*.*\/endpoints: /);
    expect((await weirctl(['get', 'origin', 'nowhere'])).exitCode).toBe(5);
    expect((await weirctl(['delete', 'origin', 'eu', '--yes'])).exitCode).toBe(6);
    expect((await weirctl(['get', 'lb'], { WEIR_TOKEN: 'weir_0_0' })).exitCode).toBe(4);
    expect((await weirctl(['get', 'lb', '--url', 'http://127.0.0.1:9'])).exitCode).toBe(3);
    expect((await weirctl(['get', 'servers'])).exitCode).toBe(2);
  });

  it('explains, supposes, freezes and drains', async () => {
    expect((await weirctl(['explain', 'shop'])).stdout).toMatch(/^ORIGIN +LOAD +EXPECTED +CAPACITY/m);
    expect((await weirctl(['what-if', '--capacity', 'eu=0'])).stdout).toMatch(/^ORIGIN +LOAD NOW +THEN/m);
    expect((await weirctl(['freeze', 'shop'])).stdout).toBe('load balancer shop: frozen\n');
    expect((await weirctl(['drain', 'origin', 'us'])).stdout).toBe(
      'Origin us is draining\nno connection is left at us\n',
    );
    expect((await weirctl(['undrain', 'origin', 'us'])).stdout).toBe('Origin us is active\n');
    const events = (await weirctl(['events', '--type', 'audit', '-o', 'json'])).stdout;
    expect(events).toContain('"resource": "load-balancers/shop"');
  });

  it('describes one of each kind, for people and for programs', async () => {
    const balancer = (await weirctl(['describe', 'lb', 'shop'])).stdout;
    expect(balancer).toMatch(/^Load balancer shop\n {2}addresses +203\.0\.113\.10\n/);
    expect(balancer).toMatch(/^EDGE +DEMAND +LATENCY +SHARES +BECAUSE\nams-1 /m);
    expect(balancer).toContain('No edge has reported on its endpoints yet.');
    expect(balancer).toContain('What happened last:');
    expect((await weirctl(['describe', 'origin', 'eu'])).stdout).toContain('It gets 0.0/s of 200/s (0 %)');
    expect((await weirctl(['describe', 'edge', 'ams-1'])).stdout).toContain('No agent has reported from it.');
    const document = JSON.parse((await weirctl(['describe', 'edge', 'ams-1', '-o', 'json'])).stdout) as object;
    expect(document).toMatchObject({ kind: 'Edge', status: { edge: 'ams-1', connections: null } });
    expect((await weirctl(['describe', 'edge', 'nowhere'])).exitCode).toBe(5);
  });

  it('shows how everything stands, once for scripts', async () => {
    const { stdout } = await weirctl(['top', '--once']);
    expect(stdout).toContain('ams-1 has not reported yet');
    expect(stdout).toMatch(/^eu +active +0\.0\/s +200\/s +\[·{24}\] +0 %/m);
    const document = JSON.parse((await weirctl(['top', '--once', '-o', 'json'])).stdout) as object;
    expect(document).toMatchObject({ overview: { scheduler: { mode: 'running' }, edges: [{ edge: 'ams-1' }] } });
  });

  it('follows an edge no longer than it was told to', async () => {
    const { exitCode, stdout, stderr } = await weirctl(['drain', 'edge', 'ams-1', '--timeout', '1']);
    expect([exitCode, stdout]).toEqual([1, 'Edge ams-1 is draining\nwaiting for the next report\n']);
    expect(stderr).toBe('ams-1 still drains after 1 s; it goes on doing so\n');
    expect((await weirctl(['undrain', 'edge', 'ams-1', '-o', 'yaml'])).stdout).toContain('state: active\n');
  });

  it('tells its own version and that of the control plane', async () => {
    const [client, server] = (await weirctl(['version'])).stdout.split('\n');
    expect(server).toBe(`control plane ${String(client?.split(' ')[1])} at ${controlPlane.url}`);
    expect((await weirctl(['version', '--client'], { WEIRCTL_CONFIG: '/nowhere' })).exitCode).toBe(0);
  });

  /** What a shell writes that runs this script, line by line, with weirctl on its path. */
  async function completions(
    shell: string,
    options: readonly string[],
    script: readonly string[],
  ): Promise<readonly string[]> {
    await writeFile(join(home, 'weirctl'), `#!/bin/sh\nexec node ${ENTRY} "$@"\n`, { mode: 0o755 });
    const PATH = [home, dirname(process.execPath), process.env['PATH']].join(':');
    const env = { PATH, WEIRCTL_CONFIG: join(home, 'contexts.yaml') };
    const args = [...options, '-c', script.join('\n')];
    const { stdout } = await promisify(execFile)(shell, args, { cwd: directory, env });
    return stdout.split('\n').filter((line) => line !== '');
  }

  it('completes lines in bash, with the names of resources', async () => {
    const completed = await completions(
      'bash',
      ['-euo', 'pipefail'],
      [
        'source <(weirctl completion bash)',
        'compopt() { :; }',
        'COMP_WORDS=(weirctl get origin ""); COMP_CWORD=3; _weirctl; echo "${COMPREPLY[*]}"',
        'COMP_WORDS=(weirctl desc); COMP_CWORD=1; _weirctl; echo "${COMPREPLY[*]}"',
        'COMP_WORDS=(weirctl apply -f weir.ya); COMP_CWORD=3; _weirctl; echo "${COMPREPLY[*]}"',
      ],
    );
    expect(completed).toEqual(['eu us', 'describe', 'weir.yaml']);
  });

  describeWith('zsh', zsh, (program) => {
    it('completes lines, with what is known of each word', async () => {
      const completed = await completions(
        program,
        ['-f'],
        [
          // What zsh's own completion would do with the answers.
          'compdef() { :; }',
          '_files() { print files; }',
          '_describe() { print -l -- "${whole[@]}" "${begun[@]/#/begun: }"; }',
          'source <(weirctl completion zsh)',
          'words=(weirctl drain ""); CURRENT=3; _weirctl',
          'words=(weirctl get origin e); CURRENT=4; _weirctl',
          'words=(weirctl what-if --capacity ""); CURRENT=4; _weirctl',
          'words=(weirctl apply -f weir); CURRENT=4; _weirctl',
        ],
      );
      expect(completed).toEqual([
        ...['origin', 'edge'],
        'eu:Origin',
        ...['begun: eu=:Origin', 'begun: us=:Origin'],
        'files',
      ]);
    });
  });

  it('makes tokens whose secret stands alone on standard output', async () => {
    const { stdout } = await weirctl(['token', 'create', 'ci', '--role', 'viewer']);
    const environment = { WEIR_TOKEN: stdout.trim() };
    expect((await weirctl(['get', 'lb'], environment)).exitCode).toBe(0);
    expect((await weirctl(['freeze'], environment)).exitCode).toBe(4);
    await weirctl(['token', 'revoke', 'ci']);
    expect((await weirctl(['token', 'list'])).stdout).not.toContain('ci ');
  });

  it('decides a stored cycle again, to the same plan', async () => {
    const ids = await fetch(`${controlPlane.url}/v1/scheduler`, {
      headers: { authorization: `Bearer ${controlPlane.token}` },
    });
    const { lastCycle } = (await ids.json()) as { readonly lastCycle: { readonly id: number } };
    expect((await weirctl(['replay', String(lastCycle.id)])).stdout).toBe(
      `Cycle ${lastCycle.id}: the same plan, byte for byte.\n`,
    );
    const some = await weirctl(['replay', `1-${lastCycle.id}`, '--chart', 'cycles.svg']);
    expect(some.stdout).toMatch(/^Cycle 1: the same plan, byte for byte\.\n/);
    expect(await readFile(join(directory, 'cycles.svg'), 'utf8')).toContain('connections/s');
    expect((await weirctl(['replay', '1', '--chart', 'cycles.gif'])).stderr).toContain('.svg or .png');
    expect((await weirctl(['replay', '1-900'])).stderr).toContain('at most 240 cycles');
  });
});
