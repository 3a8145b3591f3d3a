import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AgentReport } from '#contracts/agent-report.js';
import { edgeName } from '#core/model/name.js';
import type { EdgePublication } from '#core/ports/scheduler-store.js';
import { aCycleInput, aCycleRecord } from '#testkit/cycle-builders.js';
import { InMemoryConfigurationStore } from '#testkit/in-memory-configuration-store.js';
import { InMemorySchedulerStore } from '#testkit/in-memory-scheduler-store.js';
import { ManualClock } from '#testkit/manual-clock.js';
import { aConfiguration, anEdge } from '#testkit/model-builders.js';
import { edgeDocuments } from '../publication/edge-documents.js';
import { PublicationBoard } from '../publication/publication-board.js';
import { REPORT } from './agent-channel.examples.js';
import { AgentChannel, type ConfigurationAnswer } from './agent-channel.js';
import { Fleet } from './fleet.js';

const AMS = edgeName('ams-1');
const WAIT_MS = 25_000;
const { signal } = new AbortController();

function watch<T>(promise: Promise<T>): { isDone: boolean } {
  const watched = { isDone: false };
  void promise.then(() => {
    watched.isDone = true;
  });
  return watched;
}

describe('AgentChannel', () => {
  const clock = new ManualClock();
  let configurations: InMemoryConfigurationStore;
  let store: InMemorySchedulerStore;
  let board: PublicationBoard;
  let fleet: Fleet;
  let recorded: AgentReport[];
  let forgotten: string[];
  let offered: [string, string][];
  let channel: AgentChannel;

  beforeEach(async () => {
    vi.useFakeTimers();
    configurations = new InMemoryConfigurationStore();
    store = new InMemorySchedulerStore({ cyclesKept: 10 });
    board = new PublicationBoard(clock);
    fleet = new Fleet(clock);
    recorded = [];
    forgotten = [];
    offered = [];
    const telemetry = { record: (report: AgentReport) => recorded.push(report), forget: () => undefined };
    const other = { record: () => undefined, forget: (edge: string) => forgotten.push(edge) };
    channel = new AgentChannel(configurations, store, board, fleet, [telemetry, other], {
      offer: (edge, report) => offered.push([edge, report]),
    });
    await configurations.change(() => ({
      writes: [{ action: 'put', kind: 'edge', resource: anEdge('ams-1') }],
      answer: undefined,
    }));
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  /** Stores a publication, as a cycle does, and announces it. */
  async function publish(state: 'active' | 'draining'): Promise<void> {
    const configuration = aConfiguration({ edges: [anEdge('ams-1', { state })] });
    const { changedEdges } = await store.commit(
      7,
      await aCycleRecord(aCycleInput({ configuration })),
      await edgeDocuments(configuration, [], () => Promise.resolve(undefined)),
    );
    board.announce(changedEdges);
  }

  function ask(knownTag?: string, waitMs = WAIT_MS, gone = signal): Promise<ConfigurationAnswer> {
    return channel.configuration('ams-1', knownTag, waitMs, gone);
  }

  /** The same, with the text of a configuration read. */
  async function read(knownTag?: string): Promise<object> {
    const answer = await ask(knownTag);
    return answer.kind === 'changed' ? { ...answer, text: JSON.parse(answer.text) as unknown } : answer;
  }

  it('answers at once what the agent does not have', async () => {
    await publish('active');
    expect(await read(undefined)).toEqual({
      kind: 'changed',
      entityTag: '"7-1"',
      text: { version: 1, edge: 'ams-1', term: 7, generation: 1, state: 'active', loadBalancers: [] },
    });
    expect(await ask('"6-9"')).toMatchObject({ kind: 'changed', entityTag: '"7-1"' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits while the agent has the newest, and answers with the next', async () => {
    await publish('active');
    const answer = read('"7-1"');
    const watched = watch(answer);
    await vi.advanceTimersByTimeAsync(WAIT_MS - 1);
    expect(watched.isDone).toBe(false);
    await publish('draining');
    expect(await answer).toMatchObject({ kind: 'changed', entityTag: '"7-2"', text: { state: 'draining' } });
  });

  it('says that nothing changed when the wait is over', async () => {
    await publish('active');
    const answer = ask('"7-1"');
    await vi.advanceTimersByTimeAsync(WAIT_MS);
    expect(await answer).toEqual({ kind: 'unchanged', entityTag: '"7-1"', isStopping: false });
  });

  it('waits for the first publication, too', async () => {
    const first = ask();
    await vi.advanceTimersByTimeAsync(1_000);
    await publish('active');
    expect(await first).toMatchObject({ kind: 'changed', entityTag: '"7-1"' });
  });

  it('says that nothing was published when the wait is over', async () => {
    const answer = ask(undefined, 1_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await answer).toEqual({ kind: 'nothing-published', isStopping: false });
  });

  it('does not miss what is published while it reads', async () => {
    await publish('active');
    const old = await store.findPublication(AMS);
    // The read saw the store before the publication, and answers after it.
    vi.spyOn(store, 'findPublication').mockImplementationOnce(async (): Promise<EdgePublication | null> => {
      await publish('draining');
      return old;
    });
    expect(await ask('"7-1"')).toMatchObject({ kind: 'changed', entityTag: '"7-2"' });
  });

  it('reads no document for an agent that has it', async () => {
    await publish('active');
    const find = vi.spyOn(store, 'findPublishedDocument');
    const answer = ask('"7-1"');
    await vi.advanceTimersByTimeAsync(WAIT_MS);
    expect(await answer).toMatchObject({ kind: 'unchanged' });
    expect(find).not.toHaveBeenCalled();
  });

  it('answers the document it read with the place of that document, however old what it was read for', async () => {
    await publish('active');
    const old = await store.findPublication(AMS);
    vi.spyOn(store, 'findPublication').mockImplementationOnce(async (): Promise<EdgePublication | null> => {
      await publish('draining');
      return old;
    });
    expect(await read('"6-1"')).toMatchObject({ kind: 'changed', entityTag: '"7-2"', text: { generation: 2 } });
  });

  it('says that nothing is published when the document went between the two reads', async () => {
    await publish('active');
    vi.spyOn(store, 'findPublishedDocument').mockResolvedValue(null);
    const answer = ask();
    await vi.advanceTimersByTimeAsync(WAIT_MS);
    expect(await answer).toEqual({ kind: 'nothing-published', isStopping: false });
  });

  it('leaves nobody waiting when the store cannot be read', async () => {
    vi.spyOn(store, 'findPublication').mockRejectedValueOnce(new Error('the disk is gone'));
    await expect(ask()).rejects.toThrow('the disk is gone');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('stops waiting when the agent goes away', async () => {
    await publish('active');
    const gone = new AbortController();
    const answer = ask('"7-1"', WAIT_MS, gone.signal);
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(1);
    gone.abort();
    await answer;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('stops waiting when the control plane stops', async () => {
    await publish('active');
    const answer = ask('"7-1"');
    await vi.advanceTimersByTimeAsync(0);
    board.dismiss();
    expect(await answer).toEqual({ kind: 'unchanged', entityTag: '"7-1"', isStopping: true });
  });

  it('knows no edge that was not declared', async () => {
    await expect(channel.configuration('ghost', undefined, WAIT_MS, signal)).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(channel.report({ edge: 'ghost' } as AgentReport)).rejects.toMatchObject({ code: 'not-found' });
    expect(recorded).toEqual([]);
    expect(fleet.find(edgeName('ghost'))).toBeNull();
  });

  it('passes its reports on to other control planes, and takes theirs without passing them on', async () => {
    const report = REPORT.value as AgentReport;
    await channel.report(report);
    expect(offered).toEqual([['ams-1', JSON.stringify(report)]]);
    const next = { ...report, sequence: report.sequence + 1 };
    await channel.reportElsewhere(JSON.stringify(next));
    expect(offered).toHaveLength(1);
    expect(recorded).toEqual([report, next]);
    expect(fleet.find(AMS)?.report).toEqual(next);
  });

  it('leaves out what others report of edges that are gone, or in words it does not know', async () => {
    const report = REPORT.value as AgentReport;
    await channel.reportElsewhere(JSON.stringify({ ...report, edge: 'ghost' }));
    await channel.reportElsewhere(JSON.stringify({ ...report, version: 2 }));
    expect(recorded).toEqual([]);
  });

  it('does not let a report that was overtaken on its way stand for the newest', async () => {
    const report = REPORT.value as AgentReport;
    await channel.report(report);
    await channel.reportElsewhere(JSON.stringify({ ...report, sequence: report.sequence - 1 }));
    expect(fleet.find(AMS)?.report).toEqual(report);
  });

  it('forgets what a removed edge reported, once its agent asks again', async () => {
    await channel.report({ edge: 'ams-1' } as AgentReport);
    await configurations.change(() => ({
      writes: [{ action: 'remove', kind: 'edge', name: AMS }],
      answer: undefined,
    }));
    await expect(ask()).rejects.toMatchObject({ code: 'not-found' });
    expect(fleet.find(AMS)).toBeNull();
    expect(forgotten).toEqual(['ams-1']);
  });

  it('answers an agent whose edge is removed while it waits that nothing is published', async () => {
    await publish('active');
    const answer = ask('"7-1"');
    await vi.advanceTimersByTimeAsync(1);
    vi.spyOn(store, 'findPublication').mockResolvedValue(null);
    board.announce([AMS]);
    expect(await answer).toEqual({ kind: 'nothing-published', isStopping: false });
  });

  it('passes reports on, and remembers the last of each edge with its age', async () => {
    expect(fleet.find(AMS)).toBeNull();
    const report = { edge: 'ams-1', sequence: 1 } as AgentReport;
    await channel.report(report);
    await channel.report({ ...report, sequence: 2 });
    clock.advance(3_000);
    expect(recorded.map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(fleet.find(AMS)).toMatchObject({ report: { sequence: 2 }, ageMs: 3_000 });
  });
});
