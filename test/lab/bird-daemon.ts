import { eventually } from '#testkit/eventually.js';
import { birdSocket } from '../../edge-agent/src/anycast/bird-socket.js';
import { HostProcess } from './host-process.js';
import { inNamespace } from './network.js';

export interface BirdDaemonOptions {
  readonly program: string;
  readonly namespace: string;
  readonly configuration: string;
  readonly socketPath: string;
}

/** Starts BIRD in a namespace; resolves when it answers, which it does once it has read its configuration. */
export async function startBirdDaemon(options: BirdDaemonOptions): Promise<HostProcess> {
  const { program, namespace, configuration, socketPath } = options;
  const daemon = new HostProcess(inNamespace(namespace, [program, '-f', '-c', configuration, '-s', socketPath]));
  await eventually(() => birdSocket(socketPath)(['show status']), 20_000);
  return daemon;
}
