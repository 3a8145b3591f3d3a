import { describe, expect, it } from 'vitest';
import type { RunCommand } from '../process/run-command.js';
import { addressCommands, AnycastAddresses } from './addresses.js';

const nic = (ifname: string, ...addresses: readonly string[]) => ({
  ifname,
  addr_info: addresses.map((local) => ({ local })),
});
const commands = (...input: Parameters<typeof addressCommands>) =>
  addressCommands(...input).map((args) => args.join(' '));

describe('addressCommands', () => {
  it('puts missing addresses on an interface of its own', () => {
    expect(commands(['203.0.113.10', '2001:db8::10'], [nic('eth0', '192.0.2.1')])).toEqual([
      'link add weir0 type dummy',
      'link set weir0 up',
      'address add 203.0.113.10/32 dev weir0',
      'address add 2001:db8::10/128 dev weir0 nodad',
    ]);
  });

  it('leaves addresses where somebody else put them', () => {
    expect(commands(['203.0.113.10'], [nic('anycast0', '203.0.113.10')])).toEqual([]);
  });

  it('takes away from its own interface alone what is not wanted any more', () => {
    const interfaces = [nic('lo', '127.0.0.1'), nic('weir0', '203.0.113.10', '203.0.113.11', 'fe80::1')];
    expect(commands(['203.0.113.10'], interfaces)).toEqual(['address del 203.0.113.11/32 dev weir0']);
  });
});

describe('AnycastAddresses', () => {
  it('goes on after a failure and says what failed', async () => {
    const tried: string[] = [];
    const run: RunCommand = (_, args) => {
      tried.push(args.join(' '));
      const exitCode = args.includes('203.0.113.10/32') ? 2 : 0;
      return Promise.resolve({ exitCode, stdout: '[]', stderr: exitCode === 0 ? '' : 'Operation not permitted' });
    };
    const problems = await new AnycastAddresses(run).sync(['203.0.113.10', '203.0.113.11']);
    expect(problems).toMatchObject([
      { code: 'permission-missing', message: expect.stringContaining('Operation not permitted') as string },
    ]);
    expect(tried.at(-1)).toBe('address add 203.0.113.11/32 dev weir0');
  });
});
