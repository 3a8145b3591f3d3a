import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { messageOf } from '../problem.js';
import { SettingsError } from '../settings.js';

/**
 * The variables of a file, one `NAME=value` a line, below those of the environment: what is set for one start counts
 * more than what is written down. The file can be read again while the agent runs, which the environment cannot.
 */
export function readEnvironment(settingsFile: string | null, environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (settingsFile === null) return environment;
  try {
    return { ...parseEnv(readFileSync(settingsFile, 'utf8')), ...environment };
  } catch (error) {
    throw new SettingsError([`${settingsFile} cannot be read: ${messageOf(error)}`]);
  }
}
