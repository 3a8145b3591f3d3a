import type { ScenarioEvent } from '../scenarios/scenario.js';

/** An event in a few words, for the margin of a chart. */
export function describeEvent(event: ScenarioEvent['event']): string {
  switch (event.kind) {
    case 'endpoints-alive':
      return event.endpoints === 0 ? `${event.origin} dies` : `${event.origin}: ${event.endpoints} servers alive`;
    case 'edge-lost':
      return `${event.edge} lost`;
    case 'edge-back':
      return `${event.edge} back`;
    case 'telemetry-lost':
      return 'reports stop';
    case 'telemetry-back':
      return 'reports come';
    case 'scheduler-stops':
      return 'scheduler stops';
    case 'scheduler-starts':
      return 'scheduler starts';
  }
}
