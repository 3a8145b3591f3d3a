import { describe, expect, it } from 'vitest';
import type { FleetFigures } from '../agents/measure-fleet.js';
import { AGENTS_HEADING, renderAgentsSection } from './render-agents-section.js';

const figures: FleetFigures = {
  agents: 1_000,
  publications: 5,
  publicationP50Ms: 120,
  publicationP99Ms: 480,
  publicationLastMs: 510,
  reportsPerSecond: 199.6,
  cpuPercent: 21.4,
  residentMiB: 250,
  reconnectedP50Ms: 900,
  reconnectedLastMs: 12_340,
  statuses: { 'poll 200': 5_000, 'poll 503': 3, 'report 429': 4 },
};

describe('renderAgentsSection', () => {
  const section = renderAgentsSection(figures);

  it('begins with the heading that it is found by', () => {
    expect(section.split('\n', 1)).toEqual([AGENTS_HEADING]);
  });

  it('tells how long publications took, how agents came back, and what was refused', () => {
    expect(section).toMatch(/\| publication to agent, p99 +\| +480 ms \|/);
    expect(section).toMatch(/\| back after a kill, the last agent +\| +12\.3 s \|/);
    expect(section).toMatch(/\| answers that were refused +\| +7 \|/);
  });

  it('says whether it keeps to the aim', () => {
    expect(section).toContain('and keeps to it.');
    expect(renderAgentsSection({ ...figures, publicationP99Ms: 1_000 })).toContain('is not there yet.');
    expect(renderAgentsSection({ ...figures, residentMiB: 400 })).toContain('is not there yet.');
  });
});
