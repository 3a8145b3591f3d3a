import { beforeEach, describe, expect, it } from 'vitest';
import type { AgentReport } from '#contracts/agent-report.js';
import { edgeName } from '#core/model/name.js';
import type { PublicationPoint, PublishedEdgeDocument } from '#core/ports/scheduler-store.js';
import { ManualClock } from '#testkit/manual-clock.js';
import { anEdge } from '#testkit/model-builders.js';
import { Fleet } from '../agent-channel/fleet.js';
import { PublicationBoard } from '../publication/publication-board.js';
import { agentFigures } from './agent-figures.js';

const AMS = edgeName('ams-1');

function published(point: PublicationPoint): PublishedEdgeDocument {
  return { edge: AMS, document: '{}', point };
}

describe('agentFigures', () => {
  let clock: ManualClock;
  let fleet: Fleet;
  let board: PublicationBoard;

  beforeEach(() => {
    clock = new ManualClock();
    fleet = new Fleet(clock);
    board = new PublicationBoard(clock);
  });

  function report(applied: PublicationPoint | null): void {
    fleet.record(AMS, { edge: 'ams-1', applied } as AgentReport);
  }

  function figure(...documents: readonly PublishedEdgeDocument[]) {
    return agentFigures([anEdge('ams-1')], documents, fleet, board)[0];
  }

  it('has one figure for each declared edge, heard of or not', () => {
    report(null);
    expect(agentFigures([anEdge('ams-1'), anEdge('fra-1')], [], fleet, board)).toEqual([
      { edge: 'ams-1', isConnected: true, publicationLagSeconds: 0 },
      { edge: 'fra-1', isConnected: false, publicationLagSeconds: 0 },
    ]);
  });

  it('takes an agent for lost after three missed reports', () => {
    report(null);
    clock.advance(15_000);
    expect(figure()?.isConnected).toBe(true);
    clock.advance(1);
    expect(figure()?.isConnected).toBe(false);
    report(null);
    expect(figure()?.isConnected).toBe(true);
  });

  it('lets an edge lag from the announcement until it reports the point as applied', () => {
    report({ term: 7, generation: 1 });
    board.announce([AMS]);
    clock.advance(4_000);
    expect(figure(published({ term: 7, generation: 2 }))?.publicationLagSeconds).toBe(4);
    report({ term: 7, generation: 2 });
    expect(figure(published({ term: 7, generation: 2 }))?.publicationLagSeconds).toBe(0);
  });

  it('takes the generation of another term for another publication', () => {
    board.announce([AMS]);
    report({ term: 6, generation: 2 });
    clock.advance(1_000);
    expect(figure(published({ term: 7, generation: 2 }))?.publicationLagSeconds).toBe(1);
  });

  it('lets an edge that never reported lag since the control plane started', () => {
    clock.advance(9_000);
    expect(figure(published({ term: 7, generation: 2 }))?.publicationLagSeconds).toBe(9);
  });
});
