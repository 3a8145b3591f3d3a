import type { Schemas } from '#client/weir-client.js';
import { capacityText } from '../commands/columns.js';
import { labelsText, renderFields } from '../output/fields.js';
import { formatMs, formatPercent, formatRate, formatSeconds } from '../output/figures.js';
import type { SeenEndpoint } from '../standing/read-health.js';
import { eventsSection, healthSection } from './sections.js';

type OriginStatus = Schemas['OriginStatus'];

export interface OriginDescription {
  readonly kind: 'Origin';
  readonly origin: Schemas['Origin'];
  readonly status: OriginStatus;
  /** Load balancers that use it. */
  readonly usedBy: readonly string[];
  readonly health: readonly SeenEndpoint[];
  readonly events: readonly Schemas['Event'][];
}

export function describeOrigin({ origin, status, usedBy, health, events }: OriginDescription): string {
  const { name, region, state, endpoints, labels } = origin;
  const fields = renderFields([
    ['region', region],
    ['state', state],
    ['endpoints', endpoints.map(({ address, weight }) => `${address} (weight ${weight})`).join(', ')],
    [
      'capacity',
      `${capacityText(origin)}${status.capacitySource === 'learnt' ? `: ${formatRate(status.capacity)} now` : ''}`,
    ],
    ['used by', usedBy.length === 0 ? 'no load balancer' : usedBy.join(', ')],
    ['labels', labelsText(labels)],
  ]);
  const sentences = [loadSentence(status), priceSentence(status), drainSentence(status)];
  return [
    `Origin ${name}\n${fields}`,
    `${sentences.filter((sentence) => sentence !== null).join('\n')}\n`,
    healthSection(health, 'origin'),
    eventsSection(events),
  ].join('\n');
}

function loadSentence({ load, expectedLoad, capacity, utilization, headroom }: OriginStatus): string {
  const expected = `${formatRate(expectedLoad)} are expected once the last decision is in force`;
  if (capacity === null) return `It gets ${formatRate(load)}, and has no limit; ${expected}.`;
  const room = headroom === 0 ? 'it has no room left' : `${formatRate(headroom)} more would fit`;
  return `It gets ${formatRate(load)} of ${formatRate(capacity)} (${formatPercent(utilization)}): ${room}; ${expected}.`;
}

function priceSentence({ shadowPriceMs }: OriginStatus): string | null {
  if (shadowPriceMs === null || shadowPriceMs === 0) return null;
  return `Room for one more connection per second would save ${formatMs(shadowPriceMs)} each.`;
}

function drainSentence({ drain }: OriginStatus): string | null {
  if (drain === null) return null;
  if (drain.connections === 0) return 'No connection is left there.';
  const left = drain.edges.map(({ edge, connections, secondsLeft }) => {
    const deadline = secondsLeft === null ? '' : ` for at most ${formatSeconds(secondsLeft)}`;
    return `${connections} from ${edge}${deadline}`;
  });
  return `${drain.connections} connections are still open there: ${left.join(', ')}.`;
}
