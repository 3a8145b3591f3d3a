import { describe, expect, it } from 'vitest';
import { recordingRun, renderCommand } from './recording-run.js';

const LOOKS: readonly (readonly [command: string, args: readonly string[], stdin: string])[] = [
  ['ipvsadm', ['--restore'], '-Ln --stats --exact\n-Ln\n'],
  ['ip', ['-json', 'address', 'show'], ''],
  ['nft', ['list', 'table', 'inet', 'weir'], ''],
  ['iptables', ['-w', '5', '-t', 'nat', '-S', 'WEIR-SNAT'], ''],
  ['iptables', ['-w', '5', '-t', 'nat', '-C', 'POSTROUTING', '-j', 'WEIR-SNAT'], ''],
];
const CHANGES: readonly (readonly [string, readonly string[]])[] = [
  ['ipvsadm', ['--restore']],
  ['ip', ['link', 'add', 'weir0', 'type', 'dummy']],
  ['nft', ['-f', '-']],
  ['iptables-restore', ['-w', '5', '--noflush']],
  ['iptables', ['-w', '5', '-t', 'nat', '-I', 'POSTROUTING', '-j', 'WEIR-SNAT']],
];

/** A runner whose programs refuse everything. */
function recorded(isDryRun: boolean) {
  const asked: string[] = [];
  const recording = recordingRun(
    (command, args) => {
      asked.push([command, ...args].join(' '));
      return Promise.resolve({ exitCode: 1, stdout: '', stderr: 'no' });
    },
    { isDryRun },
  );
  return { ...recording, asked };
}

describe('recordingRun', () => {
  it.each(LOOKS)('lets %s %j look, in a dry run too', async (command, args, stdin) => {
    const { run, changes, asked } = recorded(true);
    expect((await run(command, args, stdin)).exitCode).toBe(1);
    expect(asked).toHaveLength(1);
    expect(changes).toEqual([]);
  });

  it.each(CHANGES)('keeps the change %s %j, and makes it unless the run is dry', async (command, args) => {
    const dry = recorded(true);
    expect((await dry.run(command, args, 'input\n')).exitCode).toBe(0);
    expect(dry.asked).toEqual([]);
    const wet = recorded(false);
    expect((await wet.run(command, args, 'input\n')).exitCode).toBe(1);
    for (const { changes } of [dry, wet]) expect(changes).toEqual([{ command, args, stdin: 'input\n' }]);
  });
});

describe('renderCommand', () => {
  it('is what a shell takes', () => {
    expect(renderCommand({ command: 'ip', args: ['link', 'set', 'weir0', 'up'], stdin: '' })).toBe(
      'ip link set weir0 up\n',
    );
    expect(renderCommand({ command: 'nft', args: ['-f', '-'], stdin: 'a\nb\n' })).toBe("nft -f - <<'END'\na\nb\nEND\n");
  });
});
