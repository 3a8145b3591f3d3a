/** Every code the agent reports, so that dashboards and alerts can name them. */
export type ProblemCode =
  /** Nothing stored and nothing received yet. */
  | 'no-configuration'
  /** A service we should run exists already, and somebody else made it. */
  | 'foreign-service'
  /** Two load balancers want the same address and port. */
  | 'duplicate-service'
  /** Probes call every endpoint in use down: published weights stay, since the probes are the likelier fault. */
  | 'failing-open'
  | 'standing-in'
  /** For a reason on this edge: that says nothing about the endpoints. */
  | 'probe-impossible'
  /** Most load balancers vanished from the configuration, and nobody deleted them: they are served on. */
  | 'removal-held-back'
  /** The data plane cannot forward between IPv4 and IPv6, and the service has no endpoint of its own family. */
  | 'no-endpoint-of-family'
  /** The load balancer asks for something that this data plane does not do. */
  | 'unsupported-by-data-plane'
  /** Endpoints name a port of their own where packets are sent on as they came. */
  | 'port-not-translated'
  /** The userspace forwarder is at its limit, and has turned clients away. */
  | 'forwarder-full'
  | 'data-plane-unreadable'
  | 'program-missing'
  | 'permission-missing'
  /** This kernel has no IPVS. */
  | 'ipvs-missing'
  /** This kernel's IPVS lacks the scheduler of a distribution. */
  | 'scheduler-missing'
  | 'action-failed'
  /** An IPVS service of a firewall mark that may be left over from an earlier agent. */
  | 'stray-mark'
  /** Source NAT and the marks of port ranges. */
  | 'firewall-failed'
  /** The edge's address has few ports left for connections to an endpoint. */
  | 'source-ports-scarce'
  | 'address-failed'
  /** The announcement cannot be read or changed: what is announced stays. */
  | 'bird-unreachable'
  | 'bird-refused'
  | 'bird-file-not-written'
  | 'bird-file-not-included'
  | 'bird-not-announcing'
  /** An address is not announced, because nothing behind it is up here. */
  | 'nothing-healthy'
  | 'heartbeat-failed'
  | 'kernel-setting-failed'
  | 'forwarding-disabled'
  /** The port of /metrics, /healthz and /status is taken. Forwarding does not depend on it. */
  | 'status-unavailable'
  | 'state-not-saved'
  | 'state-unreadable'
  | 'control-plane-unreachable'
  | 'control-plane-refused'
  | 'edge-not-registered'
  | 'configuration-refused';

/** Something that is not as it should be, told to the control plane in every report until it is over. */
export interface Problem {
  readonly code: ProblemCode;
  /** What failed, on which object, and what to try. */
  readonly message: string;
}

/** The message of whatever was thrown, with its causes: `fetch failed` alone says nothing. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error.message === '' ? error.name : error.message;
  return error.cause === undefined ? text : `${text}: ${messageOf(error.cause)}`;
}
