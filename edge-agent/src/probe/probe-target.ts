import type { PublishedHealthCheck, PublishedLoadBalancer } from '#contracts/edge-configuration.js';
import { formatSocket, type SocketAddress } from '../data-plane/service.js';

/** What one probe asks, of whom, and how often. Load balancers that ask the same share one probe. */
export interface ProbeTarget extends SocketAddress {
  /** Equal keys are the same probe. */
  readonly key: string;
  /** The question without its timing: a probe that only changes its pace keeps its verdict. */
  readonly question: string;
  /** `Host` of HTTP probes: the load balancer's name, so that a virtual host can answer. */
  readonly host: string;
  readonly check: PublishedHealthCheck;
}

/** The probe that speaks for one destination of a load balancer; `serving` is where its traffic goes. */
export function probeTarget(loadBalancer: PublishedLoadBalancer, serving: SocketAddress): ProbeTarget {
  const check = loadBalancer.healthCheck;
  const socket = { address: serving.address, port: check.port ?? serving.port };
  const question = `${formatSocket(socket)} ${questionOf(check, loadBalancer.name)}`;
  const pace = [check.intervalMs, check.timeoutMs, check.unhealthyThreshold, check.healthyThreshold].join('/');
  return { ...socket, key: `${question} ${pace}`, question, host: loadBalancer.name, check };
}

function questionOf(check: PublishedHealthCheck, host: string): string {
  if (check.protocol === 'TCP') return 'TCP';
  return `HTTP ${host} ${check.path} ${check.expectedStatus} ${check.latencyFrom}`;
}
