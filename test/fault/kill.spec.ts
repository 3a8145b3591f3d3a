import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import libsql from 'libsql';
import { describe, expect, it } from 'vitest';
import { type ControlPlaneProcess, startControlPlane } from '#testkit/control-plane-process.js';
import { withLastWords } from '#testkit/last-words.js';
import { describeWith } from '#testkit/real-part.js';
import { createDatabase, postgresPart } from '#testkit/throw-away-database.js';
import { WeirApi } from '#testkit/weir-api.js';
import { callApi } from '../e2e/api-client.js';
import { AcknowledgedWrites } from './acknowledged-writes.js';
import { seededRandom } from './seeded-random.js';
import { readNewestEvents, readOrigins } from './stored-origins.js';
import { isLong } from '#testkit/thoroughness.js';

/*
 * A control plane is killed at some instant while several clients write and cycles publish, started again on its data, and
 * asked what it still knows; then the same again. WEIR_FAULT_SEED plays a run again.
 */
const KILLS = isLong ? 100 : 3;
const SEED = Number(process.env['WEIR_FAULT_SEED'] ?? (isLong ? Date.now() % 2 ** 31 : 1));
const WRITERS = 4;
/** A life ends at some instant after so many acknowledgements, so that it has some on a slow machine as well. */
const MOST_ACKNOWLEDGEMENTS = 40;
const LONGEST_REST_MS = 20;

const ENVIRONMENT = { WEIR_CYCLE_SECONDS: '0.5', WEIR_CYCLES_KEPT: '20' };

/** What must hold of a database that nobody has open. */
type Inspect = () => void;

describe(`a control plane that is killed ${KILLS} times while it writes (seed ${SEED})`, () => {
  it('loses nothing it acknowledged, and leaves a sound embedded database', async () => {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'weir-kill-'));
    await killAgainAndAgain({ dataDirectory }, () => {
      const database = new libsql(join(dataDirectory, 'weir.db'));
      expect(database.prepare('PRAGMA integrity_check').all([])).toEqual([{ integrity_check: 'ok' }]);
      database.close();
    });
    await rm(dataDirectory, { recursive: true });
  });
});

describeWith(`a control plane on PostgreSQL that is killed ${KILLS} times`, postgresPart(), (serverUrl) => {
  it('loses nothing it acknowledged, and another takes over', async () => {
    const database = await createDatabase(serverUrl);
    const dataDirectory = await mkdtemp(join(tmpdir(), 'weir-kill-'));
    const environment = { WEIR_DATABASE_URL: database.url };
    await killAgainAndAgain({ dataDirectory, environment }, () => undefined);
    await database.remove();
    await rm(dataDirectory, { recursive: true });
  });
});

type Start = Parameters<typeof startControlPlane>[0];

async function killAgainAndAgain(options: NonNullable<Start>, inspect: Inspect): Promise<void> {
  process.stderr.write(`kill: ${KILLS} times, seed ${SEED}\n`);
  const random = seededRandom(SEED);
  const environment = { ...ENVIRONMENT, ...options.environment };
  let controlPlane: ControlPlaneProcess = await startControlPlane({ ...options, environment });
  const send = (method: 'PUT' | 'DELETE', path: string, body?: object) => write(controlPlane, method, path, body);
  const progress = new Progress();
  const writers = Array.from(
    { length: WRITERS },
    (_, index) => new AcknowledgedWrites(`w${index}`, progress.add.bind(progress), send),
  );
  await declareLoadBalancer(controlPlane);
  let lastTerm = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const isFarEnough = progress.after(1 + Math.floor(random() * MOST_ACKNOWLEDGEMENTS));
    const writing = writers.map((writer) => writer.writeUntilItFails());
    await isFarEnough;
    await pause(random() * LONGEST_REST_MS);
    await controlPlane.kill();
    await Promise.all(writing);
    inspect();
    controlPlane = await startControlPlane({ ...options, environment });
    const { term } = await new WeirApi(controlPlane).scheduler();
    expect(term).toBeGreaterThan(lastTerm);
    lastTerm = term;
    await withLastWords(
      () => [controlPlane],
      () => expectNothingLost(controlPlane, writers),
    );
  }
  await controlPlane.stop();
}

/** Counts what all writers together got done. */
class Progress {
  #left = 0;
  #reached: () => void = () => undefined;

  after(count: number): Promise<void> {
    this.#left = count;
    return new Promise((resolve) => {
      this.#reached = resolve;
    });
  }

  add(): void {
    this.#left -= 1;
    if (this.#left === 0) this.#reached();
  }
}

async function write(
  { url }: ControlPlaneProcess,
  method: 'PUT' | 'DELETE',
  path: string,
  body?: object,
): Promise<void> {
  const { status } = await callApi(url, { method, path, body });
  expect(status).toBeLessThan(300);
}

/** So that every write is followed by a cycle that has something to publish. */
async function declareLoadBalancer(controlPlane: ControlPlaneProcess): Promise<void> {
  const api = new WeirApi(controlPlane);
  await api.put('/v1/origins/near', { region: 'eu', endpoints: [{ address: '192.0.2.10' }] });
  await api.put('/v1/edges/ams-1', { site: 'ams', region: 'eu' });
  await api.put('/v1/load-balancers/shop', {
    addresses: ['203.0.113.10'],
    listeners: [{ protocol: 'TCP', port: 443 }],
    origins: [{ origin: 'near' }],
  });
}

async function expectNothingLost({ url }: ControlPlaneProcess, writers: readonly AcknowledgedWrites[]): Promise<void> {
  const ask = (path: string) => callApi(url, { path });
  const [origins, events] = [await readOrigins(ask), await readNewestEvents(ask)];
  expect(writers.flatMap((writer) => writer.losses(origins, events))).toEqual([]);
  const { body } = await ask('/v1/scheduler/cycles?limit=1');
  const [newest] = (body as { readonly items: readonly { readonly id: number }[] }).items;
  if (newest !== undefined) expect((await ask(`/v1/scheduler/cycles/${newest.id}`)).status).toBe(200);
}
