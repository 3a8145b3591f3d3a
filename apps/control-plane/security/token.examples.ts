import type { Example, Examples, Refusal } from '../openapi/documentation.js';

/** Worked examples of tokens. The secrets are made up. */

const stored = {
  id: '5f0c9a1be2',
  name: 'deployer',
  role: 'operator',
  edge: null,
  state: 'active',
  createdAt: '2026-11-21T03:00:00.000Z',
  expiresAt: '2099-11-21T00:00:00.000Z',
  lastUsedAt: '2026-11-25T09:10:00.000Z',
};

export const WRITTEN: Examples = {
  operator: {
    summary: 'For whatever declares load balancers, until a day',
    value: { name: 'deployer', role: 'operator', expiresAt: '2099-11-21T00:00:00Z' },
  },
  edge: { summary: 'For the agent of one edge', value: { name: 'agent-ams-1', role: 'edge', edge: 'ams-1' } },
};

export const STORED: Example = { summary: 'In use', value: stored };

export const CREATED: Example = {
  summary: 'The one time that the secret is shown',
  value: { ...stored, lastUsedAt: null, secret: 'weir_5f0c9a1be2_EXAMPLE-EXAMPLE-EXAMPLE-EXAMPLE-EXAMPLE-EXA' },
};

export const PAGE: Example = { summary: 'The only page', value: { items: [stored], nextCursor: null } };

export const WRONG_LIMIT: Refusal = {
  code: 'invalid-query',
  detail: 'wrong: /limit',
  instance: '/v1/tokens?limit=0',
  errors: [{ pointer: '/limit', code: 'invalid-value', detail: 'Too small: expected number to be >=1' }],
};

export const WRONG_TOKEN: Refusal = {
  code: 'invalid-resource',
  detail: 'wrong: /edge',
  instance: '/v1/tokens',
  errors: [{ pointer: '/edge', code: 'missing-field', detail: 'a token of an edge must name it' }],
};

const exists = 'token "deployer" exists already; revoke it first, or take another name';

export const EXISTS: Refusal = {
  code: 'conflict',
  detail: exists,
  instance: '/v1/tokens',
  errors: [{ pointer: '/name', code: 'already-exists', detail: exists }],
};

export const MISSING: Refusal = {
  code: 'not-found',
  detail: 'there is no token "ghost"',
  instance: '/v1/tokens/ghost',
};
