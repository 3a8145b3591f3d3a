import { Agent } from './agent.js';
import { ConfigurationPoll } from './client/configuration-poll.js';
import { ControlPlaneClient } from './client/control-plane-client.js';
import { systemClock } from './clock.js';
import type { DataPlane } from './data-plane/data-plane.js';
import { IpvsDataPlane } from './ipvs/ipvs-data-plane.js';
import type { Logger } from './logger.js';
import { AgentMetrics } from './metrics/agent-metrics.js';
import { describeStatus, unhealthyReasons, type StatusSource } from './metrics/status.js';
import { StatusServer } from './metrics/status-server.js';
import { socketProbe } from './probe/attempt.js';
import { Prober } from './probe/prober.js';
import { runCommand } from './process/run-command.js';
import { Reporter } from './report/reporter.js';
import type { AgentView } from './report/view.js';
import type { Settings } from './settings.js';
import { StateFile } from './store/state-file.js';
import { UserspaceDataPlane } from './userspace/userspace-data-plane.js';
import { AGENT_VERSION } from './version.js';

export interface EdgeAgent {
  /** Of `/metrics`, `/healthz` and `/status`. */
  readonly httpPort: number;
  stop(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 3_000;
const STOP_GRACE_MS = 5_000;

/**
 * Constructs the adapters and the loops, and starts them. The stored configuration comes first: users are served before
 * anybody is asked anything.
 */
export async function startEdgeAgent(settings: Settings, logger: Logger): Promise<EdgeAgent> {
  const metrics = new AgentMetrics(settings.edge);
  const client = new ControlPlaneClient(settings.controlPlaneUrl, settings.edge);
  const dataPlane = createDataPlane(settings);
  const agent = createAgent(settings, { dataPlane, logger, metrics });
  const poll = createPoll(agent, client, logger);
  const reporter = createReporter(settings, { agent, poll, client, logger });
  const server = createStatusServer({ agent, poll, reporter, metrics });

  await agent.start();
  const httpPort = await server.start(settings.httpHost, settings.httpPort);
  poll.start();
  reporter.start();
  logger.info('the edge agent runs', { edge: settings.edge, dataPlane: dataPlane.kind, httpPort });

  return {
    httpPort,
    stop: async () => {
      await poll.stop();
      await agent.stop();
      await reporter.stop();
      await dataPlane.stop();
      await server.stop();
    },
  };
}

function createDataPlane(settings: Settings): DataPlane {
  if (settings.dataPlane === 'ipvs') return new IpvsDataPlane(runCommand);
  return new UserspaceDataPlane({
    listenMap: settings.listenMap,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    stopGraceMs: STOP_GRACE_MS,
  });
}

interface AgentSurroundings {
  readonly dataPlane: DataPlane;
  readonly logger: Logger;
  readonly metrics: AgentMetrics;
}

function createAgent(settings: Settings, { dataPlane, logger, metrics }: AgentSurroundings): Agent {
  const prober = new Prober({
    attempt: socketProbe(systemClock),
    clock: systemClock,
    random: Math.random,
    onChange: ({ question }, up) => {
      logger.info(up ? 'an endpoint is up' : 'an endpoint is down', { probe: question });
      void agent.sync();
    },
  });
  const agent = new Agent({
    edge: settings.edge,
    dataPlane,
    prober,
    stateFile: new StateFile(settings.stateDirectory),
    clock: systemClock,
    logger,
    syncIntervalMs: settings.syncIntervalMs,
    drainMs: settings.drainMs,
    onSynced: ({ durationMs, failures }) => {
      metrics.recordSync({ durationMs, failureCount: failures.length });
    },
  });
  return agent;
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

interface ReporterSurroundings {
  readonly agent: Agent;
  readonly poll: ConfigurationPoll;
  readonly client: ControlPlaneClient;
  readonly logger: Logger;
}

function createReporter(settings: Settings, { agent, poll, client, logger }: ReporterSurroundings): Reporter {
  return new Reporter({
    client,
    observe: async () => withProblemOf(poll, await agent.observe()),
    clock: systemClock,
    logger,
    agentVersion: AGENT_VERSION,
    intervalMs: settings.reportIntervalMs,
  });
}

interface StatusSurroundings {
  readonly agent: Agent;
  readonly poll: ConfigurationPoll;
  readonly reporter: Reporter;
  readonly metrics: AgentMetrics;
}

function createStatusServer({ agent, poll, reporter, metrics }: StatusSurroundings): StatusServer {
  const startedMs = systemClock.nowMs();
  metrics.exportView(() => ({
    ...agent.view(),
    configurationAgeSeconds: (systemClock.nowMs() - (poll.lastContactMs ?? startedMs)) / 1000,
  }));
  const source = (): StatusSource => ({
    view: withProblemOf(poll, agent.view()),
    lastSync: agent.lastSync,
    lastContactMs: poll.lastContactMs,
    droppedReports: reporter.dropped,
    agentVersion: AGENT_VERSION,
  });
  return new StatusServer({
    metrics,
    unhealthyReasons: () => unhealthyReasons(source()),
    status: () => describeStatus(source()),
  });
}

/** What is wrong between the agent and its control plane is the poll's to know. */
function withProblemOf({ problem }: ConfigurationPoll, view: AgentView): AgentView {
  return problem === null ? view : { ...view, problems: [...view.problems, problem] };
}
