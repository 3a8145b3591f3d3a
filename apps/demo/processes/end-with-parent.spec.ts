import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, vi } from 'vitest';
import { END_WITH_PARENT } from './end-with-parent.js';

const GRANDCHILD = 'setInterval(() => {}, 1_000); console.log(process.pid);';
const CHILD = `
  const { spawn } = require('node:child_process');
  const args = ['--import', ${JSON.stringify(END_WITH_PARENT)}, '--eval', ${JSON.stringify(GRANDCHILD)}];
  spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], detached: true });
`;

it('ends a process whose parent was killed', async () => {
  const parent = spawn(process.execPath, ['--eval', CHILD], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(output.toString());
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await vi.waitFor(
    () => {
      expect(isAlive(pid)).toBe(false);
    },
    { timeout: 4_000 },
  );
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
