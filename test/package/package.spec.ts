import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VERSION } from '#version/version.js';
import { type InstalledPackage, installPackage } from './installed-package.js';

describe('the package', () => {
  let installed: InstalledPackage;

  beforeAll(async () => {
    installed = await installPackage();
  });

  afterAll(() => installed.remove());

  it('holds what is run, and nothing that it is made from', () => {
    expect(installed.files).toEqual(
      expect.arrayContaining([
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'deploy/systemd/weir-edge.service',
        'dist/apps/weir/main.js',
        'dist/bundles/control-plane/decision-worker.js',
        'dist/bundles/control-plane/licenses.md',
        'dist/bundles/control-plane/main.js',
        'dist/console/licenses.md',
        'dist/weir-edge.licenses.md',
        'dist/weir-edge.mjs',
        'dist/weirctl.licenses.md',
        'dist/weirctl.mjs',
        'openapi.yaml',
      ]),
    );
    const strange = installed.files.filter((file) =>
      /(^|\/)(test|testkit|bench|benchmark)\/|\.(ts|map|spec\.js)$/.test(file),
    );
    expect(strange).toEqual([]);
  });

  it.each([
    ['weir', ['--help'], 'weir [command] [options]'],
    ['weir', ['version'], `weir ${VERSION}\n`],
    ['weir', ['backup', '--help'], 'restore <file>'],
    ['weir', ['demo', '--help'], '--kill-near-at'],
    ['weirctl', ['--help'], 'Usage: weirctl'],
    ['weirctl', ['version', '--client'], `weirctl ${VERSION}\n`],
    ['weirctl', ['completion', 'bash'], 'complete -F _weirctl weirctl'],
    ['weir-edge', ['--help'], 'Usage: weir-edge'],
    ['weir-edge', ['--version'], `weir-edge ${VERSION}\n`],
  ])('brings %s %j', async (program, args, words) => {
    const { exitCode, stdout } = await installed.run(program, args);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining(words)]);
  });

  it('simulates and draws without a control plane', async () => {
    const { exitCode, stdout } = await installed.run('weirctl', ['simulate', 'scheduler-restart', '--policy', 'weir']);
    expect(stdout).toContain('Every target is met.');
    expect(exitCode).toBe(0);
    const written = await readdir(join(installed.directory, 'simulation-output'));
    expect(written).toEqual(expect.arrayContaining(['results.json', 'scheduler-restart.svg']));
  });

  // How well it went is judged where it is played alone, by `npm run demo`.
  it('plays the founding experiment', async () => {
    const { stdout, stderr } = await installed.run('weir', ['demo', '--quick']);
    expect(stderr).toBe('');
    expect(stdout).toContain('wrote ');
    const [csv] = (await readdir(join(installed.directory, 'demo-output'))).filter((file) => file.endsWith('.csv'));
    const lines = (await readFile(join(installed.directory, 'demo-output', String(csv)), 'utf8')).trim().split('\n');
    expect(lines.length).toBeGreaterThan(40);
  });
});
