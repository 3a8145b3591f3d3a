import { Agent } from '../agent.js';
import type { ControlPlaneClient } from '../client/control-plane-client.js';
import type { Clock } from '../clock.js';
import { admitConfiguration, type AdmittedConfiguration } from '../configuration/admit-configuration.js';
import type { DataPlane } from '../data-plane/data-plane.js';
import type { Logger } from '../logger.js';
import { abortable } from '../probe/attempt.js';
import { LocalFault } from '../probe/probe-sockets.js';
import { Prober } from '../probe/prober.js';
import { messageOf, type Problem } from '../problem.js';
import type { AgentState } from '../store/agent-state.js';
import type { Memory } from '../store/memory.js';
import type { StateFile } from '../store/state-file.js';
import { renderCommand, type RecordedCommand } from './recording-run.js';

export interface SyncOnceParts {
  readonly edge: string;
  readonly client: Pick<ControlPlaneClient, 'fetchConfiguration'>;
  readonly stateFile: Pick<StateFile, 'inspect' | 'load' | 'save'>;
  readonly memory: Pick<Memory, 'recall' | 'keep'>;
  readonly dataPlane: DataPlane;
  /** What the data plane had done, or would have. */
  readonly changes: readonly RecordedCommand[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly drainMs: number;
  readonly isDryRun: boolean;
}

export interface OneSync {
  readonly succeeded: boolean;
  /** For people: what was done, or would be, and what went wrong. */
  readonly text: string;
}

/**
 * One sync with the newest configuration there is: the control plane's, or else the stored one. It does not probe, so
 * endpoints get their published weights.
 */
export async function syncOnce(parts: SyncOnceParts): Promise<OneSync> {
  const stored = await (parts.isDryRun ? parts.stateFile.inspect() : parts.stateFile.load());
  const { admitted, notes } = await newestConfiguration(parts, stored.state);
  const complaints = [...(stored.damage === null ? [] : [stored.damage]), ...notes];
  if (admitted === null)
    return { succeeded: false, text: asComments([...complaints, 'there is no configuration yet']) };
  const failures = await carryOut(parts, admitted, stored.state?.owned ?? []);
  return {
    succeeded: failures.length === 0,
    text: [
      asComments([...complaints, headline(parts, admitted)]),
      ...parts.changes.map(renderCommand),
      asComments(failures.map(({ code, message }) => `${code}: ${message}`)),
    ].join(''),
  };
}

/** Answers what failed. In a dry run nothing that was asked for holds afterwards, which is as it should be. */
async function carryOut(
  parts: SyncOnceParts,
  { configuration, heldBack }: AdmittedConfiguration,
  owned: readonly string[],
): Promise<readonly Problem[]> {
  const state = { configuration, owned: [...owned], heldBack: [...heldBack] };
  const saving = parts.isDryRun ? [] : await saveNow(parts.stateFile, state);
  const agent = agentOn(state, parts);
  await agent.start();
  await agent.stop();
  const failures = agent.lastSync?.failures ?? [];
  return [...saving, ...failures.filter(({ code }) => !parts.isDryRun || code !== 'action-failed')];
}

function saveNow(stateFile: Pick<StateFile, 'save'>, state: AgentState): Promise<readonly Problem[]> {
  return stateFile.save(state).then(
    () => [],
    (error: unknown) => [{ code: 'state-not-saved', message: messageOf(error) }],
  );
}

async function newestConfiguration({ client, edge }: SyncOnceParts, stored: AgentState | null) {
  const { configuration = null, heldBack = [] } = stored ?? {};
  const inForce = configuration?.edge === edge ? { configuration, heldBack } : null;
  try {
    const published = await client.fetchConfiguration(inForce?.configuration ?? null, 0, new AbortController().signal);
    return { admitted: published === null ? inForce : admitConfiguration(published, inForce), notes: [] };
  } catch (error) {
    return { admitted: inForce, notes: [messageOf(error)] };
  }
}

/** It begins with this state, and syncs once as it starts. */
function agentOn(state: AgentState, parts: SyncOnceParts): Agent {
  return new Agent({
    ...parts,
    prober: new Prober({
      attempt: (_, onOutcome) => abortable(() => Promise.reject(new LocalFault('one sync does not probe')), onOutcome),
      clock: parts.clock,
      random: () => 0,
      onChange: () => undefined,
    }),
    stateFile: {
      load: () => Promise.resolve({ state, damage: null }),
      save: (next) => (parts.isDryRun ? Promise.resolve() : parts.stateFile.save(next)),
    },
    memory: {
      // Verdicts that nobody checks any more would be handed from one run to the next for ever.
      recall: async (drainMs) => ({ ...(await parts.memory.recall(drainMs)), down: new Set() }),
      keep: (recollection) => (parts.isDryRun ? Promise.resolve() : parts.memory.keep(recollection)),
    },
    syncIntervalMs: 3_600_000,
    onSynced: () => undefined,
  });
}

function headline({ isDryRun, changes }: SyncOnceParts, { configuration, heldBack }: AdmittedConfiguration): string {
  const { term, generation, loadBalancers } = configuration;
  const kept = heldBack.length === 0 ? '' : `, ${heldBack.length} of them held back (${heldBack.join(', ')})`;
  const what = changes.length === 0 ? 'nothing to change' : isDryRun ? 'would run' : 'ran';
  return `generation ${generation} of term ${term}, ${loadBalancers.length} load balancers${kept}: ${what}`;
}

function asComments(lines: readonly string[]): string {
  return lines.map((line) => `# ${line}\n`).join('');
}
