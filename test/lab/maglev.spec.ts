import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '#testkit/real-part.js';
import type { Destination } from '../../edge-agent/src/data-plane/service.js';
import { MaglevTable } from '../../edge-agent/src/userspace/choice/maglev-table.js';
import { startEdgeLab, type EdgeLab } from './edge-lab.js';
import { prepareLab } from './packages.js';

const WEIGHTS = [903, 97, 300, 20, 1];
const FIRST_PORT = 20_000;
const CLIENTS = 1_000;

/** One datagram from each of so many ports; nobody needs to answer for the kernel to have chosen. */
const SENDER = `
  import { createSocket } from 'node:dgram';
  import { once } from 'node:events';
  for (let port = ${FIRST_PORT}; port < ${FIRST_PORT + CLIENTS}; port += 1) {
    const socket = createSocket('udp4').on('error', () => undefined).bind(port);
    await once(socket, 'listening');
    await new Promise((resolve) => socket.send('a', Number(process.argv[2]), '203.0.113.10', resolve));
    socket.close();
  }`;

describeWith('the userspace forwarder’s hashing beside the kernel’s', await prepareLab(), () => {
  let lab: EdgeLab;
  beforeAll(async () => {
    lab = await startEdgeLab();
  });
  afterAll(() => lab.stop());

  const destinations = WEIGHTS.map((weight, index): Destination => {
    return { address: `10.91.2.${11 + index}`, port: 443, weight, forwarding: 'masquerade' };
  });

  /** Each client's address, port and the destination it got, from the kernel's table of connections. */
  async function kernelChoices(
    servicePort: number,
  ): Promise<readonly (readonly [address: string, port: number, destination: string])[]> {
    const { stdout } = await lab.commands.run('ipvsadm -Lnc');
    const lines = stdout.matchAll(/^UDP +\S+ +UDP +(\S+):(\d+) +203\.0\.113\.10:(\d+) +(\S+):443 *$/gm);
    return [...lines].flatMap(([, address = '', port, asked, destination = '']) =>
      Number(asked) === servicePort ? [[address, Number(port), destination] as const] : [],
    );
  }

  it.each([
    ['mh-fallback,mh-port', 441, true],
    ['mh-fallback', 442, false],
  ])('chooses the same destination for every client: %s', async (flags, servicePort, hashesPort) => {
    // A port of its own for each: the kernel remembers connections beyond the services they came by.
    const service = `-u 203.0.113.10:${servicePort}`;
    const program = join(lab.stateDirectory, 'sender.mjs');
    await writeFile(program, SENDER);
    await lab.commands.run(
      [
        'ipvsadm -C',
        'ip address replace 203.0.113.10/32 dev lo',
        `ipvsadm -A ${service} -s mh -b ${flags}`,
        ...destinations.map(({ address, weight }) => `ipvsadm -a ${service} -r ${address}:443 -m -w ${weight}`),
        // One that pauses keeps its places, and its clients fall back.
        `ipvsadm -e ${service} -r ${destinations[0]!.address}:443 -m -w 0`,
        `${process.execPath} ${program} ${servicePort}`,
      ].join('\n'),
      60_000,
    );
    const table = new MaglevTable();
    for (const destination of destinations) table.set(destination);
    table.set({ ...destinations[0]!, weight: 0 });
    const chosen = await kernelChoices(servicePort);
    expect(chosen.length).toBeGreaterThan(CLIENTS / 2);
    expect(chosen.map(([address, port]) => table.next({ address, port: hashesPort ? port : 0 })?.address)).toEqual(
      chosen.map(([, , destination]) => destination),
    );
  });
});
