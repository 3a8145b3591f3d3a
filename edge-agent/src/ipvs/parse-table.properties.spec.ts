import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSocket, serviceKey } from '../data-plane/service.js';
import { parseTable } from './parse-table.js';

/*
 * Tables as ipvsadm 1.31 prints them: its own formats, filled with whatever other people may have set up, with services
 * of ours somewhere in between.
 */
const address = fc.oneof(fc.ipV4(), fc.ipV6());
const port = fc.integer({ min: 0, max: 65_535 });
const socket = fc.record({ address, port }).map(formatSocket);
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

const title = fc.oneof(
  fc.tuple(fc.constantFrom('TCP ', 'UDP ', 'SCTP'), socket).map(([protocol, name]) => `${protocol} ${name}`),
  fc
    // 31 bits that are not ours, printed as signed numbers.
    .tuple(int32, fc.boolean())
    .map(([mark, isForIPv6]) => `FWM  ${mark & 0xffffff}${isForIPv6 ? ' IPv6' : ''}`),
);
const scheduler = fc.constantFrom(
  'rr',
  'wrr',
  'lc',
  'wlc',
  'lblc',
  'lblcr',
  'dh',
  'sh',
  'sed',
  'nq',
  'fo',
  'ovf',
  'mh',
);
const flags = fc.constantFrom('', ' (sh-fallback,sh-port)', ' (mh-fallback,mh-port)', ' (flag-1,flag-3)');
const persistence = fc.oneof(
  fc.constant(''),
  fc
    .tuple(uint32, fc.constantFrom('', ' mask 255.255.255.0', ' mask 64'))
    .map(([seconds, mask]) => ` persistent ${seconds}${mask}`),
);
const extras = fc
  .tuple(persistence, fc.constantFrom('', ' pe sip'), fc.constantFrom('', ' ops'))
  .map((all) => all.join(''));

const destination = fc
  .tuple(socket, fc.constantFrom('Masq', 'Local', 'Tunnel', 'Route'), int32, uint32, uint32)
  .map(([name, method, weight, active, inactive]) => ({
    name,
    line: `  -> ${name.padEnd(28)}${method.padEnd(7)} ${String(weight).padEnd(6)} ${String(active).padEnd(10)} ${String(inactive).padEnd(10)}`,
  }))
  // A name that fills its column is set off by one blank.
  .map(({ name, line }) => ({ name, line: line.replace(/(\d)(Masq|Local|Tunnel|Route) /, '$1 $2 ') }));

const foreign = fc.record({
  title,
  columns: fc.tuple(scheduler, flags, extras).map((all) => all.join('')),
  destinations: fc.array(destination, { maxLength: 3 }),
});

const OURS = { protocol: 'TCP', address: '203.0.113.10', port: 443 } as const;
const GAMES = { protocol: 'UDP', address: '2001:db8::10', port: 5000, endPort: 5999 } as const;
const MARK = 0x57123456;
const ourLines = [
  'TCP  203.0.113.10:443 mh (mh-fallback,mh-port)',
  '  -> 192.0.2.11:8443              Masq    9      3          1         ',
  `FWM  ${MARK} IPv6 wrr persistent 300`,
  '  -> [2001:db8:1::11]:0           Tunnel  1      0          0         ',
];

const HEADINGS = [
  'IP Virtual Server version 1.2.1 (size=4096)',
  'Prot LocalAddress:Port Scheduler Flags',
  '  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn',
];
const figures = fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { minLength: 5, maxLength: 5 });

describe('parseTable, whatever others have in the table', () => {
  it('never throws, and never loses or mistakes what is ours', () => {
    fc.assert(
      fc.property(fc.array(foreign), fc.array(foreign), figures, (before, after, counts) => {
        const lines = (services: typeof before) =>
          services.flatMap((each) => [`${each.title} ${each.columns}`, ...each.destinations.map(({ line }) => line)]);
        const columns = counts.map((count) => String(count).padStart(8)).join(' ');
        const statistics = [...before, ...after].flatMap((each) => [
          `${each.title.padEnd(33)} ${columns}`,
          ...each.destinations.map(({ name }) => `  -> ${name.padEnd(28)} ${columns}`),
        ]);
        const listing = [...HEADINGS, ...lines(before), ...ourLines, ...lines(after), ''].join('\n');
        const { services } = parseTable(listing, [...HEADINGS, ...statistics, ''].join('\n'), (mark, isForIPv6) =>
          mark === MARK && isForIPv6 ? GAMES : undefined,
        );
        expect(services.filter((each) => serviceKey(each) === serviceKey(GAMES))).toMatchObject([
          {
            settings: { distribution: 'weighted-round-robin', affinitySeconds: 300 },
            destinations: [{ address: '2001:db8:1::11', port: 0, weight: 1, forwarding: 'tunnel' }],
          },
        ]);
        expect(services).toContainEqual(
          expect.objectContaining({
            ...OURS,
            settings: { distribution: 'maglev-5-tuple', affinitySeconds: null },
            destinations: [expect.objectContaining({ address: '192.0.2.11', weight: 9, activeConnections: 3 })],
          }),
        );
      }),
    );
  });
});
