import { describe, expect, it } from 'vitest';
import { parseTable, UnreadableTable } from './parse-table.js';

/** Recorded from ipvsadm 1.31 on Linux 6.1; figures of two listings put together. */
const LISTING = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
TCP  203.0.113.10:443 mh (mh-fallback,mh-port)
  -> 10.91.2.11:8080              Masq    9      3          182       
  -> 10.91.2.12:8080              Masq    1      0          18        
TCP  203.0.113.10:444 wlc
TCP  203.0.113.10:445 mh (mh-fallback)
TCP  203.0.113.10:446 mh
TCP  203.0.113.10:447 sh (sh-port)
TCP  203.0.113.10:448 wlc persistent 300
TCP  203.0.113.10:449 mh (mh-port) persistent 60 mask 255.255.255.0
UDP  203.0.113.10:53 mh (mh-port) ops
  -> 10.91.2.11:53                Masq    1      0          0         
TCP  [2001:db8::10]:449 mh persistent 60 mask 64
TCP  [2001:db8::10]:443 wrr
  -> [fd91:2::11]:8080            Masq    9      0          180       
FWM  7 mh (mh-port)
  -> 10.91.2.11:0                 Masq    3      0          0         
FWM  8 IPv6 wrr
`;

const STATISTICS = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes
  -> RemoteAddress:Port
TCP  203.0.113.10:443                  200     1000     1000    53800    57600
  -> 10.91.2.11:8080                   182      910      910    48958    52416
  -> 10.91.2.12:8080                    18       90       90     4842     5184
UDP  203.0.113.10:53                     7        0        0        0        0
  -> 10.91.2.11:53                       7        0        0        0        0
TCP  [2001:db8::10]:443         1234567890123     1000     1000    73800    77600
  -> [fd91:2::11]:8080                 180      900      900    66420    69840
FWM  7                                   0        0        0        0        0
  -> 10.91.2.11:0                        0        0        0        0        0
`;

const HEADINGS = LISTING.split('\n').slice(0, 3).join('\n');

describe('parseTable', () => {
  const table = parseTable(LISTING, STATISTICS);

  it('reads services with destinations, connections and counters', () => {
    expect(table[0]).toEqual({
      protocol: 'TCP',
      address: '203.0.113.10',
      port: 443,
      settings: { distribution: 'maglev-5-tuple', affinitySeconds: null },
      counters: { connections: 200, packetsIn: 1000, packetsOut: 1000, bytesIn: 53_800, bytesOut: 57_600 },
      destinations: [
        {
          address: '10.91.2.11',
          port: 8080,
          forwarding: 'masquerade',
          weight: 9,
          activeConnections: 3,
          inactiveConnections: 182,
          counters: { connections: 182, packetsIn: 910, packetsOut: 910, bytesIn: 48_958, bytesOut: 52_416 },
        },
        {
          address: '10.91.2.12',
          port: 8080,
          forwarding: 'masquerade',
          weight: 1,
          activeConnections: 0,
          inactiveConnections: 18,
          counters: { connections: 18, packetsIn: 90, packetsOut: 90, bytesIn: 4842, bytesOut: 5184 },
        },
      ],
    });
  });

  it('recognises the distributions, and as none what Weir does not set up', () => {
    expect(table.map(({ address, port, settings }) => [address, port, settings?.distribution ?? null])).toEqual([
      ['203.0.113.10', 443, 'maglev-5-tuple'],
      ['203.0.113.10', 444, 'weighted-least-connection'],
      ['203.0.113.10', 445, 'maglev-source-ip'],
      ['203.0.113.10', 446, null],
      ['203.0.113.10', 447, null],
      ['203.0.113.10', 448, null],
      ['203.0.113.10', 449, null],
      ['2001:db8::10', 449, null],
      ['2001:db8::10', 443, 'weighted-round-robin'],
    ]);
  });

  it('reads IPv6 and figures wider than their column', () => {
    const service = table.at(-1);
    expect(service?.counters.connections).toBe(1_234_567_890_123);
    expect(service?.destinations).toMatchObject([{ address: 'fd91:2::11', port: 8080, weight: 9 }]);
    expect(service?.destinations[0]?.counters.connections).toBe(180);
  });

  it('leaves out UDP and firewall marks with their destinations', () => {
    expect(table.flatMap(({ destinations }) => destinations.map(({ port }) => port))).toEqual([8080, 8080, 8080]);
  });

  it('reads an empty table', () => {
    expect(parseTable(HEADINGS, HEADINGS)).toEqual([]);
  });

  it('gives 0 to an entry that the statistics do not have yet', () => {
    expect(parseTable(LISTING, HEADINGS)[0]?.counters).toEqual({ connections: 0 });
  });

  it.each([
    ['a service it does not know', 'QUIC 203.0.113.10:443 mh'],
    ['a host name', 'TCP  edge.example:https mh'],
    ['a destination without a service', '  -> 10.91.2.11:8080 Masq 9 0 0'],
    ['an unknown forwarding method', 'TCP  203.0.113.10:443 mh\n  -> 10.91.2.11:8080 Magic 9 0 0'],
    ['a missing figure', 'TCP  203.0.113.10:443 mh\n  -> 10.91.2.11:8080 Masq 9 0'],
    ['abbreviated figures', 'TCP  203.0.113.10:443 mh\n  -> 10.91.2.11:8080 Masq 9 12K 0'],
  ])('refuses %s rather than read half a table', (_, lines) => {
    expect(() => parseTable(`${HEADINGS}\n${lines}\n`, HEADINGS)).toThrow(UnreadableTable);
  });
});
