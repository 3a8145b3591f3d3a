import { hostname } from 'node:os';
import { VERSION } from '#version/version.js';
import { Agent, type SyncResult } from './agent.js';
import type { Anycast } from './anycast/anycast.js';
import { createAnycast } from './anycast/create-anycast.js';
import { ConfigurationPoll } from './client/configuration-poll.js';
import { ControlPlaneClient } from './client/control-plane-client.js';
import { systemClock } from './clock.js';
import { createDataPlane } from './create-data-plane.js';
import type { DataPlane } from './data-plane/data-plane.js';
import type { Logger } from './logger.js';
import { AgentMetrics } from './metrics/agent-metrics.js';
import {
  describeStatus,
  isLoopTurning,
  summariseStatus,
  unhealthyReasons,
  type StatusSource,
} from './metrics/status.js';
import { metricsAddress } from './metrics/metrics-address.js';
import { StatusListening } from './metrics/status-listening.js';
import { StatusServer } from './metrics/status-server.js';
import { socketProbe } from './probe/attempt.js';
import { Prober } from './probe/prober.js';
import type { Problem } from './problem.js';
import { runCommand } from './process/run-command.js';
import { Reporter } from './report/reporter.js';
import type { AgentView } from './report/view.js';
import type { Settings } from './settings.js';
import { SpacedTask } from './spaced-task.js';
import { MemoryFile } from './store/memory-file.js';
import { Memory } from './store/memory.js';
import { StateFile } from './store/state-file.js';
import { systemTimers } from './timers.js';

export interface EdgeAgent {
  /** Of `/metrics`, `/healthz` and `/status`; `null` while they are not served. */
  readonly httpPort: number | null;
  /** That the loop turns, and need not be started anew. */
  isAlive(): boolean;
  /** One line: where the agent stands. */
  summary(): string;
  /** Looks for drift and asks the control plane anew, without waiting for the turn of either. */
  refresh(): Promise<void>;
  /** For good: users are sent to other edges first. */
  stop(): Promise<void>;
  /** For another agent to take over in a moment: what is announced stays. */
  leave(): Promise<void>;
}

/**
 * When a thousand endpoints get their first verdict within seconds, or die together, a sync for each would be a minute of
 * work. Small against the second within which a dead endpoint is out.
 */
const HEALTH_SYNC_SPACING_MS = 200;

/** A sync that takes longer than this many of its intervals is stuck. */
const PATIENCE_INTERVALS = 3;

/** What IPVS's and the firewall's programs may take altogether, though each has its time-out. */
const MIN_PATIENCE_MS = 60_000;

/**
 * Constructs the adapters and the loops, and starts them. The stored configuration comes first: users are served before
 * anybody is asked anything.
 */
export async function startEdgeAgent(settings: Settings, logger: Logger): Promise<EdgeAgent> {
  const metrics = new AgentMetrics(settings.edge);
  const client = new ControlPlaneClient(settings.controlPlaneUrl, settings.edge, settings.credentials);
  const dataPlane = createDataPlane(settings, runCommand);
  const healthSync = spacedSync(() => void agent.sync());
  const prober = createProber(settings, logger, healthSync);
  let syncedMs = systemClock.monotonicMs();
  const onSynced = ({ durationMs, failures }: SyncResult) => {
    syncedMs = systemClock.monotonicMs();
    metrics.recordSync({ durationMs, failureCount: failures.length });
    void anycast?.sync();
  };
  const agent = createAgent(settings, { dataPlane, prober, logger, onSynced });
  const anycast = createAnycast(settings, logger, () => agent.view());
  const poll = createPoll(agent, client, logger);
  const observers: Observers = { agent, poll, anycast, otherProblems: () => [prober.problem, listening.problem] };
  const httpPort = () => listening.port;
  const reporter = createReporter(settings, { ...observers, client, logger, httpPort });
  const server = createStatusServer({ ...observers, reporter, metrics });
  const listening = new StatusListening({ server, host: settings.httpHost, port: settings.httpPort, logger });

  await anycast?.start();
  await agent.start();
  await listening.start();
  poll.start();
  reporter.start();
  logger.info('the edge agent runs', { edge: settings.edge, dataPlane: dataPlane.kind, httpPort: listening.port });

  const end = async () => {
    await poll.stop();
    healthSync.stop();
    await agent.stop();
    await reporter.stop();
    await dataPlane.stop();
    await listening.stop();
  };
  return {
    get httpPort() {
      return listening.port;
    },
    isAlive: () =>
      isLoopTurning({
        lastSync: agent.lastSync,
        isIdle: agent.held === null,
        sinceSyncMs: systemClock.monotonicMs() - syncedMs,
        patienceMs: Math.max(MIN_PATIENCE_MS, PATIENCE_INTERVALS * settings.syncIntervalMs),
      }),
    summary: () => summariseStatus({ view: completed(agent.view(), observers) }),
    refresh: () => {
      poll.refresh();
      return agent.sync();
    },
    stop: async () => {
      await anycast?.stop();
      await end();
    },
    leave: async () => {
      await anycast?.leave();
      await end();
    },
  };
}

function spacedSync(sync: () => void): SpacedTask {
  return new SpacedTask({ task: sync, spacingMs: HEALTH_SYNC_SPACING_MS, clock: systemClock, timers: systemTimers });
}

function createProber(settings: Settings, logger: Logger, healthSync: SpacedTask): Prober {
  return new Prober({
    attempt: socketProbe(systemClock, settings.probeSource),
    clock: systemClock,
    random: Math.random,
    onChange: ({ question }, up) => {
      logger.info(up ? 'an endpoint is up' : 'an endpoint is down', { probe: question });
      healthSync.ask();
    },
  });
}

interface AgentSurroundings {
  readonly dataPlane: DataPlane;
  readonly prober: Prober;
  readonly logger: Logger;
  readonly onSynced: (result: SyncResult) => void;
}

function createAgent(settings: Settings, surroundings: AgentSurroundings): Agent {
  return new Agent({
    ...surroundings,
    edge: settings.edge,
    stateFile: new StateFile(settings.stateDirectory),
    memory: new Memory({ file: new MemoryFile(settings.stateDirectory), clock: systemClock }),
    clock: systemClock,
    syncIntervalMs: settings.syncIntervalMs,
    drainMs: settings.drainMs,
  });
}

function createPoll(agent: Agent, client: ControlPlaneClient, logger: Logger): ConfigurationPoll {
  return new ConfigurationPoll({
    client,
    clock: systemClock,
    logger,
    random: Math.random,
    held: () => agent.held,
    onConfiguration: (configuration) => {
      logger.info('a new configuration', { term: configuration.term, generation: configuration.generation });
      agent.offer(configuration);
    },
  });
}

/** The parts that each know something of the agent's view. */
interface Observers {
  readonly agent: Agent;
  readonly poll: ConfigurationPoll;
  readonly otherProblems: () => readonly (Problem | null)[];
  readonly anycast: Anycast | null;
}

interface ReporterSurroundings extends Observers {
  readonly client: ControlPlaneClient;
  readonly logger: Logger;
  /** `null` while the metrics are not served. */
  readonly httpPort: () => number | null;
}

function createReporter(
  settings: Settings,
  { client, logger, httpPort, ...observers }: ReporterSurroundings,
): Reporter {
  return new Reporter({
    client: {
      // Reports go out at their interval, also while the poll waits longer and longer: they notice first that it is over.
      sendReport: async (report) => {
        await client.sendReport(report);
        observers.poll.hint();
      },
    },
    observe: async () => completed(await observers.agent.observe(), observers),
    clock: systemClock,
    logger,
    agentVersion: VERSION,
    metricsAddress: () => metricsAddress(settings, httpPort(), hostname()),
    intervalMs: settings.reportIntervalMs,
  });
}

interface StatusSurroundings extends Observers {
  readonly reporter: Reporter;
  readonly metrics: AgentMetrics;
}

function createStatusServer({ reporter, metrics, ...observers }: StatusSurroundings): StatusServer {
  const { agent, poll } = observers;
  const startedMs = systemClock.nowMs();
  metrics.exportView(() => ({
    ...completed(agent.view(), observers),
    configurationAgeSeconds: (systemClock.nowMs() - (poll.lastContactMs ?? startedMs)) / 1000,
  }));
  const source = (): StatusSource => ({
    view: completed(agent.view(), observers),
    lastSync: agent.lastSync,
    lastContactMs: poll.lastContactMs,
    droppedReports: reporter.dropped,
    agentVersion: VERSION,
  });
  return new StatusServer({
    metrics,
    unhealthyReasons: () => unhealthyReasons(source()),
    status: () => describeStatus(source()),
  });
}

/** What is wrong around the loop is for its neighbours to know: with the control plane, the probes, the status port, the routers. */
function completed(view: AgentView, { poll, anycast, otherProblems }: Observers): AgentView {
  const problems = [poll.problem, ...otherProblems()].filter((problem) => problem !== null);
  const known = { ...view, problems: [...view.problems, ...problems] };
  return anycast?.addTo(known) ?? known;
}
