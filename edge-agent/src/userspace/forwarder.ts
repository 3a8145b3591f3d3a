import type { Clock } from '../clock.js';
import type { SocketAddress } from '../data-plane/service.js';
import type { Admission } from './admission.js';
import type { Destinations } from './destinations.js';

/** One service of the userspace data plane: listeners that outlive every change of its destinations. */
export interface Forwarder {
  readonly destinations: Destinations;
  /** Listens on all of these or rejects, and then on none. Answers where it listens, which port 0 leaves open. */
  listen(ports: readonly Listening[]): Promise<readonly SocketAddress[]>;
  /** Accepts nobody from now on; what is open may finish for `graceMs`, then it is cut. */
  close(graceMs: number): Promise<void>;
}

/** One port of a service. */
export interface Listening {
  /** The port that clients mean: a destination with port 0 is asked on it. */
  readonly port: number;
  /** Where the forwarder really listens for it. */
  readonly at: SocketAddress;
}

export interface ForwarderParts {
  readonly destinations: Destinations;
  readonly admission: Admission;
  readonly connectTimeoutMs: number;
  readonly udpIdleMs: number;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}
