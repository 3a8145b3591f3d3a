import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AbstractLogger, type LogMessage } from 'typeorm';
import { expect, it } from 'vitest';
import { openDatabase } from './open-database.js';
import { TypeormSchedulerStore } from './typeorm-scheduler-store.js';
import { UnitOfWork } from './unit-of-work.js';

class QueryRecorder extends AbstractLogger {
  readonly queries: string[] = [];

  constructor() {
    super('all');
  }

  protected override writeLog(
    _level: unknown,
    messages: LogMessage | string | number | (LogMessage | string | number)[],
  ): void {
    for (const { message } of this.prepareLogMessages(messages)) this.queries.push(String(message));
  }
}

it('does not load what cycles were decided from in order to list them', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'weir-cycles-'));
  const dataSource = await openDatabase({ path: join(directory, 'weir.db') });
  const unitOfWork = new UnitOfWork(dataSource);
  const store = new TypeormSchedulerStore(unitOfWork, { cyclesKept: 1 });
  const recorder = new QueryRecorder();
  dataSource.logger = recorder;

  await store.listCycles(10);
  const listing = recorder.queries.splice(0).filter((query) => query.includes('SELECT'));
  await store.findCycle(1);
  const finding = recorder.queries.splice(0).filter((query) => query.includes('SELECT'));

  const bulkyColumns = /"(input|plan)"/;
  expect(listing).toHaveLength(1);
  expect(listing[0]).not.toMatch(bulkyColumns);
  expect(finding[0], 'the recorder sees the columns where they are loaded').toMatch(bulkyColumns);
  await unitOfWork.close();
  await rm(directory, { recursive: true });
});
