import { describe, expect, it } from 'vitest';
import { EXAMPLE_RULES } from './example-rules.js';
import { parseMarks, renderTable } from './nftables.js';

describe('renderTable', () => {
  it('replaces the one table of ours', () => {
    expect(renderTable(EXAMPLE_RULES)).toBe(`table inet weir
delete table inet weir
table inet weir {
  chain marks {
    type filter hook prerouting priority mangle; policy accept;
    ip daddr 203.0.113.10 udp dport 5000-5999 meta mark set 0x57000001
    ip6 daddr 2001:db8::10 tcp dport 7000-7000 meta mark set 0x57000002
  }
  chain source-nat {
    type nat hook postrouting priority srcnat; policy accept;
    ip daddr . meta l4proto . th dport { 192.0.2.11 . tcp . 8080, 192.0.2.11 . udp . 5500 } masquerade
    ip6 daddr . meta l4proto . th dport { 2001:db8:1::11 . tcp . 8080 } masquerade
    ip daddr 192.0.2.11 udp dport 5000-5999 masquerade
    ip daddr 192.0.2.11 udp dport 5800-6100 masquerade
  }
}
`);
  });

  it('leaves no table where nothing is wanted', () => {
    expect(renderTable({ marks: [], sourceNat: [] })).toBe('table inet weir\ndelete table inet weir\n');
  });

  it('makes no chain that would be empty', () => {
    expect(renderTable({ ...EXAMPLE_RULES, sourceNat: [] })).not.toContain('source-nat');
  });
});

describe('parseMarks', () => {
  it('reads what nft 1.0.6 lists', () => {
    const listing = `table inet weir {
	chain marks {
		type filter hook prerouting priority mangle; policy accept;
		ip daddr 203.0.113.10 udp dport 5000-5999 meta mark set 0x57000001
		ip6 daddr 2001:db8::10 tcp dport 7000 meta mark set 0x57000002
	}

	chain source-nat {
		type nat hook postrouting priority srcnat; policy accept;
		ip daddr . meta l4proto . th dport { 192.0.2.11 . tcp . 8080 } masquerade
	}
}
`;
    expect(parseMarks(listing)).toEqual(EXAMPLE_RULES.marks);
  });

  it('reads back what it writes', () => {
    expect(parseMarks(renderTable(EXAMPLE_RULES))).toEqual(EXAMPLE_RULES.marks);
  });
});
