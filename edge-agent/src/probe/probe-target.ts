import type { PublishedHealthCheck, PublishedLoadBalancer } from '#contracts/edge-configuration.js';
import { formatSocket, type SocketAddress } from '../data-plane/service.js';

/** What one probe asks, of whom, and how often. Load balancers that ask the same share one probe. */
export interface ProbeTarget extends SocketAddress {
  /** Equal keys are the same probe. */
  readonly key: string;
  /** The question without its timing: a probe that only changes its pace keeps its verdict. */
  readonly question: string;
  /** `Host` of HTTP probes, and the server name of TLS: the load balancer's name, unless its check has another. */
  readonly host: string;
  readonly check: PublishedHealthCheck;
}

/** The probe that speaks for one destination of a load balancer; `serving` is where its traffic goes. */
export function probeTarget(loadBalancer: PublishedLoadBalancer, serving: SocketAddress): ProbeTarget {
  const check = loadBalancer.healthCheck;
  const socket = { address: serving.address, port: check.port ?? serving.port };
  const host = (check.protocol === 'TCP' ? undefined : check.host) ?? loadBalancer.name;
  const question = `${formatSocket(socket)} ${questionOf(check, host)}`;
  const pace = [check.intervalMs, check.timeoutMs, check.unhealthyThreshold, check.healthyThreshold].join('/');
  return { ...socket, key: `${question} ${pace}`, question, host, check };
}

function questionOf(check: PublishedHealthCheck, host: string): string {
  if (check.protocol === 'TCP') return 'TCP';
  const request = `${check.protocol} ${host} ${check.path} ${check.expectedStatus} ${check.latencyFrom}`;
  return check.protocol === 'HTTPS' && check.verifyCertificate ? `${request} verified` : request;
}
