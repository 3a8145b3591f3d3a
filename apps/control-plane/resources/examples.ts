import type { Example, Examples, Refusal } from '../openapi/documentation.js';

/** The worked examples of one kind of resource. They tell one story: a shop in Europe that spills to the United States. */
export interface ResourceExamples {
  readonly name: string;
  readonly written: Examples;
  readonly stored: Example;
  readonly page: Example;
  readonly patched: Examples;
  readonly refusals: {
    readonly query: Refusal;
    readonly write: readonly Refusal[];
    readonly exists: Refusal;
    readonly missing: Refusal;
    readonly remove: readonly Refusal[];
  };
}

/** Refusals that every kind has, told in its own words. */
export function commonRefusals(
  noun: string,
  path: string,
  name: string,
): Pick<ResourceExamples['refusals'], 'query' | 'exists' | 'missing'> {
  const exists = `${noun} "${name}" exists already; use PUT to replace it`;
  return {
    query: {
      code: 'invalid-query',
      detail: 'wrong: /limit',
      instance: `/v1/${path}?limit=0`,
      errors: [{ pointer: '/limit', code: 'invalid-value', detail: 'Too small: expected number to be >=1' }],
    },
    exists: {
      code: 'conflict',
      detail: exists,
      instance: `/v1/${path}`,
      errors: [{ pointer: '/name', code: 'already-exists', detail: exists }],
    },
    missing: { code: 'not-found', detail: `there is no ${noun} "ghost"`, instance: `/v1/${path}/ghost` },
  };
}

const storedOrigin = {
  name: 'eu-central',
  region: 'eu',
  location: { latitude: 50.11, longitude: 8.68 },
  endpoints: [
    { address: '198.51.100.11', weight: 2 },
    { address: '198.51.100.12', weight: 1 },
  ],
  capacity: { rate: 200 },
  state: 'active',
  labels: {},
};

export const ORIGIN_EXAMPLES: ResourceExamples = {
  name: 'eu-central',
  written: {
    limited: {
      summary: 'Two servers that together take 200 connections a second',
      value: {
        name: 'eu-central',
        region: 'eu',
        location: { latitude: 50.11, longitude: 8.68 },
        endpoints: [{ address: '198.51.100.11', weight: 2 }, { address: '198.51.100.12' }],
        capacity: { rate: 200 },
      },
    },
    learnt: {
      summary: 'A capacity that is learnt from how busy the servers are, and a limit on open connections',
      value: {
        name: 'ap-south',
        region: 'ap',
        endpoints: [{ address: '192.0.2.41' }],
        capacity: { connections: 20000 },
        utilization: { query: 'avg(instance:cpu_busy:ratio{region="ap-south"})' },
      },
    },
    unlimited: {
      summary: 'One server without a stated capacity',
      value: { name: 'us-east', region: 'us', endpoints: [{ address: '192.0.2.21' }] },
    },
  },
  stored: { summary: 'With defaults filled in', value: storedOrigin },
  page: { summary: 'The only page', value: { items: [storedOrigin], nextCursor: null } },
  patched: {
    drain: { summary: 'Take it out of use; its share leaves at once', value: { state: 'draining' } },
    unlimited: { summary: 'Forget its capacity', value: { capacity: { rate: null } } },
  },
  refusals: {
    ...commonRefusals('origin', 'origins', 'eu-central'),
    write: [
      {
        code: 'invalid-resource',
        detail: 'wrong: /capacity/rate, /colour',
        instance: '/v1/origins/eu-central',
        errors: [
          { pointer: '/capacity/rate', code: 'invalid-value', detail: 'Too small: expected number to be >=0' },
          { pointer: '/colour', code: 'unknown-field', detail: 'is not a field of this resource' },
        ],
      },
      {
        code: 'invalid-resource',
        detail: 'the rate is either declared or learnt; leave out capacity.rate, or this',
        instance: '/v1/origins/eu-central',
        errors: [
          {
            pointer: '/utilization',
            code: 'capacity-declared',
            detail: 'the rate is either declared or learnt; leave out capacity.rate, or this',
          },
        ],
      },
    ],
    remove: [
      {
        code: 'conflict',
        detail: 'origin "eu-central" is used by load balancer "shop"; take it out there first',
        instance: '/v1/origins/eu-central',
        errors: [
          {
            pointer: '',
            code: 'origin-in-use',
            detail: 'origin "eu-central" is used by load balancer "shop"; take it out there first',
          },
        ],
      },
    ],
  },
};

const storedEdge = {
  name: 'ams-1',
  site: 'ams',
  region: 'eu',
  location: { latitude: 52.37, longitude: 4.9 },
  state: 'active',
  labels: {},
};

export const EDGE_EXAMPLES: ResourceExamples = {
  name: 'ams-1',
  written: {
    edge: {
      summary: 'A node in Amsterdam',
      value: { name: 'ams-1', site: 'ams', region: 'eu', location: { latitude: 52.37, longitude: 4.9 } },
    },
  },
  stored: { summary: 'With defaults filled in', value: storedEdge },
  page: { summary: 'The only page', value: { items: [storedEdge], nextCursor: null } },
  patched: { label: { summary: 'Set one label and remove another', value: { labels: { rack: 'r7', old: null } } } },
  refusals: {
    ...commonRefusals('edge', 'edges', 'ams-1'),
    write: [
      {
        code: 'invalid-resource',
        detail: 'wrong: /site',
        instance: '/v1/edges/ams-1',
        errors: [
          { pointer: '/site', code: 'missing-field', detail: 'Invalid input: expected string, received undefined' },
        ],
      },
    ],
    remove: [],
  },
};
