import { formatSocket, serviceKey, type ServiceAddress, type SocketAddress } from '../data-plane/service.js';
import type { Listening } from './forwarder.js';

/** Each port costs a socket; a range of many thousands is the kernel's to forward. */
const MOST_PORTS = 1_024;

/**
 * The ports of a service, and where to listen for each: as declared, or as `listenMap` says for that port, or as it says
 * for the range's first port and so many further. Throws when the range is too wide.
 */
export function listeningPorts(
  service: ServiceAddress,
  listenMap: ReadonlyMap<string, SocketAddress>,
): readonly Listening[] {
  const { address, port: first, endPort = first } = service;
  const count = endPort - first + 1;
  if (count > MOST_PORTS)
    throw new Error(
      `${serviceKey(service)} has ${count} ports; the userspace forwarder listens on at most ${MOST_PORTS} of one ` +
        'listener. Make the range smaller, or use the IPVS data plane',
    );
  const mappedFirst = listenMap.get(formatSocket({ address, port: first })) ?? { address, port: first };
  return Array.from({ length: count }, (_, index) => {
    const port = first + index;
    const shifted = { ...mappedFirst, port: mappedFirst.port === 0 ? 0 : mappedFirst.port + index };
    return { port, at: listenMap.get(formatSocket({ address, port })) ?? shifted };
  });
}
