import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Child, type ChildDied, type ChildSpec } from './child.js';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-child-spec-'));
});

afterAll(() => rm(directory, { recursive: true }));

/** Starts a program and resolves with its first message. */
async function start(program: string, extra: Partial<ChildSpec> = {}) {
  const script = join(directory, `${crypto.randomUUID()}.mjs`);
  await writeFile(script, program);
  const deaths: ChildDied[] = [];
  const { promise: message, resolve } = firstMessage();
  const child = new Child({ name: 'the child', script, onMessage: resolve, ...extra }, (death) => deaths.push(death));
  return { child, deaths, message };
}

function firstMessage() {
  let resolve: (message: unknown) => void = () => undefined;
  const promise = new Promise<unknown>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const RUNS_FOR_EVER = 'setInterval(() => {}, 1_000); process.send(process.pid);';

describe('Child', () => {
  it('gets its settings and arguments, and none of the settings of whoever runs the demo', async () => {
    vi.stubEnv('WEIR_PROMETHEUS_URL', 'http://elsewhere');
    const { child, message } = await start(
      'process.send([process.argv[2], process.env.WEIR_PORT, process.env.WEIR_PROMETHEUS_URL ?? null]); ' +
        RUNS_FOR_EVER,
      { arguments: ['first'], settings: { WEIR_PORT: '1' } },
    );
    vi.unstubAllEnvs();
    expect(await message).toEqual(['first', '1', null]);
    await child.kill();
  });

  it('tells of an end nobody asked for, with the last lines of the log', async () => {
    const { child, deaths } = await start('console.log("out"); console.error("on fire"); process.exitCode = 3;');
    await child.exited;
    expect(deaths).toHaveLength(1);
    expect(deaths[0]?.message).toMatch(/^the child ended unexpectedly \(exit code 3\); its last lines:\n/);
    expect(deaths[0]?.message).toContain('  out');
    expect(deaths[0]?.message).toContain('  on fire');
  });

  it('dies at once when killed, and that is no accident', async () => {
    const { child, deaths, message } = await start(`process.on('SIGTERM', () => {}); ${RUNS_FOR_EVER}`);
    const pid = Number(await message);
    await child.kill();
    expect(isAlive(pid)).toBe(false);
    expect(deaths).toEqual([]);
  });

  it('may end in order when stopped', async () => {
    const { child, deaths, message } = await start(
      `process.on('SIGTERM', () => { console.log('bye'); process.exit(0); }); ${RUNS_FOR_EVER}`,
    );
    const pid = Number(await message);
    await child.stop();
    expect(isAlive(pid)).toBe(false);
    expect(deaths).toEqual([]);
  });

  it('is made to end when it does not', async () => {
    const { child, message } = await start(`process.on('SIGTERM', () => {}); ${RUNS_FOR_EVER}`);
    const pid = Number(await message);
    await child.stop(20);
    expect(isAlive(pid)).toBe(false);
  });

  it('is kept alive by nothing of the demo', async () => {
    const { child } = await start('process.send("done");');
    await child.exited;
  });
});
