import { expect, it } from 'vitest';
import { buildRow } from '../experiment/row-builder.js';
import { renderCsv } from './csv.js';

it('writes a line for each cycle, with units in the header', () => {
  const outage = buildRow({
    cycle: 62,
    timeSeconds: 62.004,
    phase: 'outage',
    isNearUp: false,
    edges: [{ edge: 'ams-1', nearShare: 0, explanation: 'near, and only "near", may not serve' }],
    latencyP50Ms: null,
    latencyP99Ms: null,
  });
  expect(renderCsv([buildRow(), outage])).toBe(
    [
      'cycle,time_s,phase,demand_per_s,near_load_per_s,far_load_per_s,near_capacity_per_s,near_up,' +
        'near_share_ams-1_percent,near_share_ams-2_percent,answered_connections,failed_connections,' +
        'latency_p50_ms,latency_p99_ms,decision_ams-1,decision_ams-2',
      '40,40.00,hold,400.0,200.0,200.0,200,1,50.00,50.00,400,0,1.25,103.40,"because 1","because 2"',
      '62,62.00,outage,400.0,200.0,200.0,200,0,0.00,,400,0,,,"near, and only ""near"", may not serve",""',
      '',
    ].join('\r\n'),
  );
});
