import { controlPlaneVariables } from '#config/control-plane-settings.js';
import { edgeAgentVariables } from '../../edge-agent/src/settings.js';
import { type Setting, settingsOf } from './setting.js';

/** docs/configuration.md: every setting of both programs, from the schemas that check them. */
export function configurationPage(): string {
  return `# Settings

Written by \`npm run docs\` from the schemas that check them; change those. All settings are environment variables. An
empty one counts as not set. With a wrong one the program does not start, and names every wrong one at once.

## The control plane

\`npm start\`, or \`node dist/apps/weir/main.js\`. What they mean for security is told in [security](security.md), for
several control planes in [the how-to](how-to/postgresql-and-replicas.md).

${table(settingsOf(controlPlaneVariables))}

## The edge agent

Also read from the file that \`--config\` names, one \`NAME=value\` a line; the environment counts more
([the edge agent](edge-agent.md)).

${table(settingsOf(edgeAgentVariables))}
`;
}

function table(settings: readonly Setting[]): string {
  const rows = settings.map(({ name, default: fallback, range, meaning }) => [
    `\`${name}\``,
    fallback === null ? 'must be set' : fallback === '' ? '' : `\`${fallback}\``,
    range,
    meaning,
  ]);
  return [['variable', 'default', 'range', 'meaning'], ['---', '---', '---', '---'], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
