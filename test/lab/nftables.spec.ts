import { execFileSync, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith, type RealPart } from '#testkit/real-part.js';
import { EXAMPLE_RULES } from '../../edge-agent/src/firewall/example-rules.js';
import { Nftables } from '../../edge-agent/src/firewall/nftables.js';
import { runCommand, type RunCommand } from '../../edge-agent/src/process/run-command.js';
import { prepareLab } from './packages.js';

const NAMESPACE = `weir-nft-${process.pid}`;

/** The user-mode kernel of the lab has no nftables; an ordinary one has, in a namespace of the test's own. */
async function prepareNftables(): Promise<RealPart> {
  const lab = await prepareLab();
  if (!lab.available) return lab;
  const attempt = spawnSync('unshare', ['--net', 'nft', 'add', 'table', 'inet', 'weir'], { encoding: 'utf8' });
  if (attempt.status === 0) return { available: true, program: 'nft' };
  return { available: false, reason: `this kernel has no nftables: ${attempt.stderr.trim()}` };
}

describeWith('nftables of a real kernel', await prepareNftables(), () => {
  const inNamespace: RunCommand = (command, args, stdin) =>
    runCommand('ip', ['netns', 'exec', NAMESPACE, command, ...args], stdin);
  const ruleset = () =>
    execFileSync('ip', ['netns', 'exec', NAMESPACE, 'nft', 'list', 'ruleset'], { encoding: 'utf8' });

  beforeAll(() => execFileSync('ip', ['netns', 'add', NAMESPACE]));
  afterAll(() => execFileSync('ip', ['netns', 'delete', NAMESPACE]));

  it('takes every kind of rule, again and again, reads marks back, and takes all away beside a table of others', async () => {
    await inNamespace('nft', ['add', 'table', 'inet', 'theirs']);
    const before = ruleset();
    const nftables = new Nftables(inNamespace);
    for (let round = 0; round < 2; round += 1) await nftables.replace(EXAMPLE_RULES);
    expect(await nftables.marks()).toEqual(EXAMPLE_RULES.marks);
    expect(ruleset().match(/masquerade/g)).toHaveLength(4);
    await nftables.clear();
    expect(ruleset()).toBe(before);
    await nftables.clear();
  });

  it('keeps what it has when the kernel refuses the new rules', async () => {
    const nftables = new Nftables(inNamespace);
    await nftables.replace(EXAMPLE_RULES);
    const wrong = { ...EXAMPLE_RULES, sourceNat: [{ protocol: 'TCP', address: 'nowhere', port: 1 } as const] };
    await expect(nftables.replace(wrong)).rejects.toThrow('nft -f - ended with 1');
    expect(await nftables.marks()).toEqual(EXAMPLE_RULES.marks);
  });
});
