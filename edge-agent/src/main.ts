import { startEdgeAgent } from './edge-agent.js';
import { createLogger } from './logger.js';
import { messageOf } from './problem.js';
import { readSettings, SettingsError } from './settings.js';

/*
 * The edge agent, one on each edge:
 *
 *     settings    environment -> one validated object                                    settings.ts
 *     construct   the adapters and the loops around them                                 edge-agent.ts
 *     start       stored configuration -> data plane; then status, poll, reports
 *     run         configuration + local health -> desired; actual; reconcile; apply      agent.ts
 *     stop        on SIGTERM or SIGINT: poll, probes, last report, data plane, status
 */
const write = (line: string) => process.stdout.write(line);

try {
  const settings = readSettings(process.env);
  const logger = createLogger(settings.logLevel, write);
  const edgeAgent = await startEdgeAgent(settings, logger);
  const stop = async (signal: NodeJS.Signals) => {
    logger.info('stopping', { signal });
    await edgeAgent.stop();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, (name) => void stop(name));
} catch (error) {
  createLogger('error', write).error('the edge agent cannot start', {
    reason: error instanceof SettingsError ? error.problems : messageOf(error),
  });
  process.exit(1);
}
