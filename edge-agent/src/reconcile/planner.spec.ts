import { describe, expect, it } from 'vitest';
import { exampleConfiguration } from '../configuration/example-configuration.js';
import { routesOf } from '../configuration/routes.js';
import type { ActualService } from '../data-plane/data-plane.js';
import { ALL_TRAITS } from '../data-plane/fake-data-plane.js';
import { serviceKey, type Service } from '../data-plane/service.js';
import { UNKNOWN, type Verdict } from '../probe/verdict.js';
import { Planner } from './planner.js';

const routes = routesOf(exampleConfiguration());

function planning() {
  const prober = { revision: 1, verdict: (): Verdict => UNKNOWN };
  const clock = { nowMs: 0, monotonicMs: () => clock.nowMs };
  return { prober, clock, planner: new Planner({ prober, clock, traits: ALL_TRAITS, drainMs: 60_000 }) };
}

/** The table when everything is as it was wished, with so many connections on each destination. */
function asWished(services: readonly Service[], connections = 0): readonly ActualService[] {
  return services.map((service) => ({
    ...service,
    counters: { connections },
    destinations: service.destinations.map((destination) => ({
      ...destination,
      activeConnections: connections,
      inactiveConnections: 0,
      counters: { connections },
    })),
  }));
}

const ownerOf = (services: readonly Service[]) => new Set(services.map(serviceKey));

describe('Planner', () => {
  it('wishes the same until the routes or a verdict are others', () => {
    const { planner, prober } = planning();
    const desired = planner.desiredFor(routes);
    expect(planner.desiredFor(routes)).toBe(desired);
    prober.revision += 1;
    expect(planner.desiredFor(routes)).not.toBe(desired);
    const others = routesOf(exampleConfiguration({ loadBalancers: [] }));
    expect(planner.desiredFor(others).services).toEqual([]);
  });

  it('has the same plan for a table that needed nothing, whoever holds the set of what is owned', () => {
    const { planner } = planning();
    const { services } = planner.desiredFor(routes);
    const situation = { desired: services, actual: asWished(services), owned: ownerOf(services), draining: new Map() };
    const plan = planner.planFor(situation);
    expect(plan.actions).toEqual([]);
    expect(planner.planFor({ ...situation, owned: plan.owned })).toBe(plan);
  });

  it.each([
    ['the table', (services: readonly Service[]) => ({ actual: asWished(services).slice(1) })],
    ['the wishes', (services: readonly Service[]) => ({ desired: services.slice(1) })],
    ['what is owned', () => ({ owned: new Set<string>() })],
    ['what drains', () => ({ draining: new Map([['TCP 192.0.2.1:80 -> 192.0.2.2:80', 1]]) })],
  ])('plans anew when %s is another', (_, change) => {
    const { planner } = planning();
    const { services } = planner.desiredFor(routes);
    const situation = { desired: services, actual: asWished(services), owned: ownerOf(services), draining: new Map() };
    const plan = planner.planFor(situation);
    expect(planner.planFor({ ...situation, ...change(services) })).not.toBe(plan);
  });

  it('looks again at the time while something drains', () => {
    const { planner, clock } = planning();
    const { services } = planner.desiredFor(routes);
    const leaving = asWished(services, 3).map((service) => ({
      ...service,
      destinations: service.destinations.map((destination) => ({ ...destination, weight: 0 })),
    }));
    const situation = { desired: [], actual: leaving, owned: ownerOf(services) };
    const first = planner.planFor({ ...situation, draining: new Map() });
    expect([first.actions, first.draining.size]).toEqual([[], 2]);
    clock.nowMs = 60_000;
    const overdue = planner.planFor({ ...situation, draining: first.draining });
    expect(overdue.actions.map(({ kind }) => kind)).toContain('remove-destination');
  });
});
