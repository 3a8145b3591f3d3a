import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { EdgeConfiguration } from '#contracts/edge-configuration.js';
import { messageOf } from '../problem.js';
import type { Settings } from '../settings.js';
import type { StateFile } from '../store/state-file.js';

export interface CheckedConfiguration {
  readonly findings: readonly string[];
  /** Each with what to do; empty when the agent can run with this. */
  readonly problems: readonly string[];
}

/** What a start with these settings would find. Changes nothing. */
export async function checkConfiguration(
  settings: Settings,
  stateFile: Pick<StateFile, 'inspect'>,
): Promise<CheckedConfiguration> {
  const { state, damage } = await stateFile.inspect();
  const configuration = state?.configuration ?? null;
  return {
    findings: [
      `settings: edge "${settings.edge}", data plane ${settings.dataPlane}, control plane ${settings.controlPlaneUrl}`,
      `stored configuration: ${configuration === null ? 'none' : describe(configuration)}`,
    ],
    problems: [
      damage,
      configuration === null ? null : ownerProblem(configuration, settings),
      await directoryProblem(settings.stateDirectory),
    ].filter((problem) => problem !== null),
  };
}

function describe({ term, generation, loadBalancers }: EdgeConfiguration): string {
  return `generation ${generation} of term ${term}, ${loadBalancers.length} load balancers`;
}

function ownerProblem(configuration: EdgeConfiguration, settings: Settings): string | null {
  if (configuration.edge === settings.edge) return null;
  return (
    `the stored configuration is for edge "${configuration.edge}"; correct WEIR_EDGE_NAME, ` +
    'or give this edge a WEIR_EDGE_STATE_DIRECTORY of its own'
  );
}

/** The agent makes the directory itself where it may write to the one above. */
async function directoryProblem(directory: string): Promise<string | null> {
  try {
    await access(directory, constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (isMissing && dirname(directory) !== directory) return directoryProblem(dirname(directory));
    return `WEIR_EDGE_STATE_DIRECTORY cannot be written (${messageOf(error)}); give it to the user that the agent runs as`;
  }
}
