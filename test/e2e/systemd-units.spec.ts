import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, afterAll, beforeAll } from 'vitest';
import { describeWith } from '#testkit/real-part.js';

const UNITS = fileURLToPath(new URL('../../deploy/systemd', import.meta.url));

/** systemd-analyze's exposure of 0 (none) to 10; its "OK" ends at 4.9. */
const MOST_EXPOSURE = 2.5;

const found = spawnSync('systemd-analyze', ['--version']).status === 0;

describeWith(
  'the systemd units',
  found ? { available: true, program: 'systemd-analyze' } : { available: false, reason: 'no systemd-analyze' },
  (program) => {
    let directory: string;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'weir-units-'));
      const weirEdge = join(directory, 'weir-edge');
      await writeFile(weirEdge, '#!/bin/sh\n');
      await chmod(weirEdge, 0o755);
      for (const name of (await readdir(UNITS)).filter((file) => file.endsWith('.service'))) {
        const unit = await readFile(join(UNITS, name), 'utf8');
        await writeFile(join(directory, name), unit.replaceAll('/usr/local/bin/weir-edge', weirEdge));
      }
    });
    afterAll(() => rm(directory, { recursive: true }));

    it.each(['weir-edge.service', 'weir-edge-watchdog.service'])('%s is well formed and confined', (name) => {
      const verified = spawnSync(program, ['verify', '--man=no', join(directory, name)], { encoding: 'utf8' });
      expect([verified.status, verified.stderr]).toEqual([0, '']);
      const args = ['security', '--offline=true', '--no-pager', join(directory, name)];
      const { stdout } = spawnSync(program, args, { encoding: 'utf8' });
      const exposure = Number(/exposure level for .*: ([\d.]+)/.exec(stdout)?.[1]);
      expect(exposure).toBeLessThanOrEqual(MOST_EXPOSURE);
    });
  },
);
