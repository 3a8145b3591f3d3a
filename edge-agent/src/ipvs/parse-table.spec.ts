import { describe, expect, it } from 'vitest';
import { serviceKey } from '../data-plane/service.js';
import { parseTable, type RangeOf } from './parse-table.js';
import { UnreadableTable } from './table-listing.js';

/** Recorded from ipvsadm 1.31 on Linux 6.1; figures of two listings put together. */
const LISTING = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
FWM  -1 rr
TCP  203.0.113.10:443 mh (mh-fallback,mh-port)
  -> 10.91.2.11:8080              Masq    9      3          182       
  -> 10.91.2.12:8080              Masq    1      0          18        
TCP  203.0.113.10:444 wlc
TCP  203.0.113.10:445 mh (mh-fallback)
TCP  203.0.113.10:446 mh
TCP  203.0.113.10:447 sh (sh-port)
TCP  203.0.113.10:448 wlc persistent 300
TCP  203.0.113.10:449 mh (mh-port) persistent 60 mask 255.255.255.0
TCP  203.0.113.77:0 lblc persistent 30
UDP  203.0.113.10:53 wrr
  -> 10.91.2.11:53                Route   0      0          0         
UDP  203.0.113.11:53 rr ops
  -> [fd91:2::11]:53              Tunnel  3      0          0         
UDP  203.0.113.12:5060 rr persistent 30 pe sip
UDP  203.0.113.12:5061 wrr persistent 30 mask 255.255.0.0 pe sip ops
  -> 10.91.2.11:53                Masq    3      0          0         
SCTP 203.0.113.11:53 rr persistent 30 pe sip
  -> 10.91.2.11:53                Masq    3      0          0         
TCP  [::ffff:203.0.113.10]:443 wrr
TCP  [2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:65535 mh (mh-fallback,mh-port) persistent 300
  -> [2001:db8:aaaa:bbbb:cccc:dddd:eeee:fffe]:65535 Tunnel  65535  0          0         
TCP  [2001:db8::10]:444 wlc persistent 60
TCP  [2001:db8::10]:445 wlc persistent 60 mask 64
TCP  [2001:db8::10]:443 wrr
  -> [fd91:2::11]:8080            Masq    9      0          180       
FWM  7 wrr persistent 300
  -> 10.91.2.11:0                 Masq    3      0          0         
  -> 10.91.2.12:0                 Tunnel  3      0          0         
FWM  8 mh (mh-fallback) persistent 60
FWM  8 IPv6 mh (mh-fallback) persistent 60
  -> [fd91:2::11]:0               Masq    3      0          0         
`;

const STATISTICS = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes
  -> RemoteAddress:Port
FWM  -1                                  0        0        0        0        0
TCP  203.0.113.10:443                  200     1000     1000    53800    57600
  -> 10.91.2.11:8080                   182      910      910    48958    52416
  -> 10.91.2.12:8080                    18       90       90     4842     5184
UDP  203.0.113.10:53                     7        0        0        0        0
  -> 10.91.2.11:53                       7        0        0        0        0
TCP  [2001:db8::10]:443         1234567890123     1000     1000    73800 99007199254740993
  -> [fd91:2::11]:8080                 180      900      900    66420    69840
FWM  7                                   5        0        0        0        0
  -> 10.91.2.11:0                        3        0        0        0        0
  -> 10.91.2.12:0                        2        0        0        0        0
FWM  8                                   1        0        0        0        0
FWM  8 IPv6                              4        0        0        0        0
  -> [fd91:2::11]:0                      4        0        0        0        0
`;

const GAMES = { protocol: 'UDP', address: '203.0.113.10', port: 5000, endPort: 5999 } as const;
const GAMES_6 = { ...GAMES, address: '2001:db8::10' } as const;
const noRanges: RangeOf = () => undefined;
const ranges: RangeOf = (mark, isForIPv6) =>
  mark === 8 && isForIPv6 ? GAMES_6 : mark === 7 && !isForIPv6 ? GAMES : undefined;

const HEADINGS = LISTING.split('\n').slice(0, 3).join('\n');

describe('parseTable', () => {
  const { services: table, foreignMarks } = parseTable(LISTING, STATISTICS, ranges);
  const find = (key: string) => table.find((service) => serviceKey(service) === key);

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

  it('recognises the settings, and as none what Weir does not set up', () => {
    const settings = (distribution: string, affinitySeconds: number | null = null) => ({
      distribution,
      affinitySeconds,
    });
    expect(table.map((service) => [serviceKey(service), service.settings])).toEqual([
      ['TCP 203.0.113.10:443', settings('maglev-5-tuple')],
      ['TCP 203.0.113.10:444', settings('weighted-least-connection')],
      ['TCP 203.0.113.10:445', settings('maglev-source-ip')],
      ['TCP 203.0.113.10:446', null],
      ['TCP 203.0.113.10:447', null],
      ['TCP 203.0.113.10:448', settings('weighted-least-connection', 300)],
      ['TCP 203.0.113.10:449', null],
      ['TCP 203.0.113.77:0', null],
      ['UDP 203.0.113.10:53', settings('weighted-round-robin')],
      ['UDP 203.0.113.11:53', null],
      ['UDP 203.0.113.12:5060', null],
      ['UDP 203.0.113.12:5061', null],
      ['TCP [::ffff:cb00:710a]:443', settings('weighted-round-robin')],
      ['TCP [2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:65535', settings('maglev-5-tuple', 300)],
      ['TCP [2001:db8::10]:444', settings('weighted-least-connection', 60)],
      ['TCP [2001:db8::10]:445', null],
      ['TCP [2001:db8::10]:443', settings('weighted-round-robin')],
      ['UDP 203.0.113.10:5000-5999', settings('weighted-round-robin', 300)],
      ['UDP [2001:db8::10]:5000-5999', settings('maglev-source-ip', 60)],
    ]);
  });

  it('reads IPv6, and figures and addresses wider than their columns', () => {
    const service = find('TCP [2001:db8::10]:443');
    expect(service?.counters.connections).toBe(1_234_567_890_123);
    expect(service?.destinations).toMatchObject([{ address: 'fd91:2::11', port: 8080, weight: 9 }]);
    expect(service?.destinations[0]?.counters.connections).toBe(180);
    expect(find('TCP [2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:65535')?.destinations).toMatchObject([
      { address: '2001:db8:aaaa:bbbb:cccc:dddd:eeee:fffe', port: 65_535, forwarding: 'tunnel', weight: 65_535 },
    ]);
  });

  it('reads the ranges that marks stand for, by family, with their counters', () => {
    expect(find('UDP 203.0.113.10:5000-5999')).toMatchObject({
      ...GAMES,
      counters: { connections: 5 },
      destinations: [
        { address: '10.91.2.11', port: 0, forwarding: 'masquerade', counters: { connections: 3 } },
        { address: '10.91.2.12', port: 0, forwarding: 'tunnel', counters: { connections: 2 } },
      ],
    });
    expect(find('UDP [2001:db8::10]:5000-5999')?.destinations).toMatchObject([{ counters: { connections: 4 } }]);
  });

  it("names other people's marks", () => {
    expect([...foreignMarks]).toEqual([4_294_967_295, 8]);
    expect([...parseTable(LISTING, STATISTICS, noRanges).foreignMarks]).toEqual([4_294_967_295, 7, 8]);
  });

  it('reads an empty table', () => {
    expect(parseTable(HEADINGS, HEADINGS, noRanges).services).toEqual([]);
  });

  it('gives 0 to an entry that the statistics do not have yet', () => {
    expect(parseTable(LISTING, HEADINGS, noRanges).services[0]?.counters).toEqual({ connections: 0 });
  });

  it.each([
    ['a service it does not know', 'QUIC 203.0.113.10:443 mh'],
    ['a mark that is no number', 'FWM  games rr'],
    ['a host name', 'TCP  edge.example:https mh'],
    ['a destination without a service', '  -> 10.91.2.11:8080 Masq 9 0 0'],
    ['an unknown forwarding method', 'TCP  203.0.113.10:443 mh\n  -> 10.91.2.11:8080 Magic 9 0 0'],
    ['a missing figure', 'TCP  203.0.113.10:443 mh\n  -> 10.91.2.11:8080 Masq 9 0'],
    ['abbreviated figures', 'TCP  203.0.113.10:443 mh\n  -> 10.91.2.11:8080 Masq 9 12K 0'],
  ])('refuses %s rather than read half a table', (_, lines) => {
    expect(() => parseTable(`${HEADINGS}\n${lines}\n`, HEADINGS, noRanges)).toThrow(UnreadableTable);
  });
});
