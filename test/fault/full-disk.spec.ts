import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type ControlPlaneProcess, startControlPlane } from '#testkit/control-plane-process.js';
import { describeWith, type RealPart } from '#testkit/real-part.js';
import { callApi } from '../e2e/api-client.js';

const DISK_BYTES = 16 * 1024 * 1024;

/** A file system of so few bytes needs root. */
function smallDisk(path: string): RealPart {
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', path]);
  if (mounted.status === 0) return { available: true, program: 'mount' };
  return { available: false, reason: 'no small file system can be mounted; that needs root' };
}

const disk = await mkdtemp(join(tmpdir(), 'weir-full-'));
const part = smallDisk(disk);

afterAll(async () => {
  if (part.available) spawnSync('umount', [disk]);
  await rm(disk, { recursive: true });
});

/** About 60 kB, so that little room is soon none. */
const LABELS = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`essay-${index}`, 'x'.repeat(250)]));
const MOST_WRITES = 300;

describeWith('an embedded database on a full disk', part, () => {
  let controlPlane: ControlPlaneProcess;

  afterAll(() => controlPlane.stop());

  const put = (name: string, labels: object = {}) =>
    callApi(controlPlane.url, {
      method: 'PUT',
      path: `/v1/edges/${name}`,
      body: { site: 'ams', region: 'eu', labels },
    });
  const names = async () => {
    const { status, body } = await callApi(controlPlane.url, { path: '/v1/edges?limit=500' });
    expect(status).toBe(200);
    return (body as { readonly items: readonly { readonly name: string }[] }).items.map(({ name }) => name);
  };

  it('refuses writes with a hint to come back, goes on reading, and writes again when there is room', async () => {
    const filler = join(disk, 'filler');
    controlPlane = await startControlPlane({ dataDirectory: disk, environment: { WEIR_CYCLE_SECONDS: '3600' } });
    await put('first');
    await writeFile(filler, Buffer.alloc(DISK_BYTES)).catch(() => undefined);

    const stored = ['first'];
    let refused = await put('e0', LABELS);
    for (let count = 1; refused.status < 300 && count < MOST_WRITES; count += 1) {
      stored.push(`e${count - 1}`);
      refused = await put(`e${count}`, LABELS);
    }
    expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await names()).toEqual(stored.toSorted());
    expect((await callApi(controlPlane.url, { path: '/healthz' })).status).toBe(200);

    await rm(filler);
    expect((await put('later', LABELS)).status).toBe(201);
    expect(await names()).toEqual([...stored, 'later'].toSorted());
  });
});
