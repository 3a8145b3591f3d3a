import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith, type RealPart } from '#testkit/real-part.js';
import { EXAMPLE_RULES } from '../../edge-agent/src/firewall/example-rules.js';
import { Nftables } from '../../edge-agent/src/firewall/nftables.js';
import type { RunCommand } from '../../edge-agent/src/process/run-command.js';
import { inNamespace } from './network.js';
import { prepareLab } from './packages.js';
import { attemptCommand, runCommand } from './run-command.js';

const NAMESPACE = `weir-nft-${process.pid}`;

/** The user-mode kernel of the lab has no nftables; an ordinary one has, in a namespace of the test's own. */
async function prepareNftables(): Promise<RealPart> {
  const lab = await prepareLab();
  if (!lab.available) return lab;
  const attempt = await attemptCommand(['unshare', '--net', 'nft', 'add', 'table', 'inet', 'weir']);
  if (attempt.exitCode === 0) return { available: true, program: 'nft' };
  return { available: false, reason: `this kernel has no nftables: ${attempt.stderr.trim()}` };
}

describeWith('nftables of a real kernel', await prepareNftables(), () => {
  const run: RunCommand = (command, args, input) =>
    attemptCommand(inNamespace(NAMESPACE, [command, ...args]), { ...(input !== undefined && { input }) });
  const ruleset = async () => (await run('nft', ['list', 'ruleset'])).stdout;

  beforeAll(() => runCommand(['ip', 'netns', 'add', NAMESPACE]));
  afterAll(() => runCommand(['ip', 'netns', 'delete', NAMESPACE]));

  it('takes every kind of rule, again and again, reads marks back, and takes all away beside a table of others', async () => {
    await run('nft', ['add', 'table', 'inet', 'theirs']);
    const before = await ruleset();
    const nftables = new Nftables(run);
    for (let round = 0; round < 2; round += 1) await nftables.replace(EXAMPLE_RULES);
    expect(await nftables.marks()).toEqual(EXAMPLE_RULES.marks);
    expect((await ruleset()).match(/masquerade/g)).toHaveLength(4);
    await nftables.clear();
    expect(await ruleset()).toBe(before);
    await nftables.clear();
  });

  it('keeps what it has when the kernel refuses the new rules', async () => {
    const nftables = new Nftables(run);
    await nftables.replace(EXAMPLE_RULES);
    const wrong = { ...EXAMPLE_RULES, sourceNat: [{ protocol: 'TCP', address: 'nowhere', port: 1 } as const] };
    await expect(nftables.replace(wrong)).rejects.toThrow('nft -f - ended with 1');
    expect(await nftables.marks()).toEqual(EXAMPLE_RULES.marks);
  });
});
