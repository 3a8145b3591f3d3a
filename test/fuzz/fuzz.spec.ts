import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiContract } from '#testkit/api-contract.js';
import { type ControlPlaneProcess, startControlPlane } from '#testkit/control-plane-process.js';
import { WeirApi } from '#testkit/weir-api.js';
import { type DocumentedOperation, OPERATIONS } from './api-document.js';
import { FuzzClient } from './fuzz-client.js';
import { anyRequest, edgeNamedBy, type FuzzedRequest } from './request-arbitrary.js';
import { StoredState } from './stored-state.js';
import { SureRequests } from './sure-requests.js';
import { EDGES } from './vocabulary.js';
import { isLong } from '#testkit/thoroughness.js';

/*
 * Requests made from openapi.yaml, right ones and broken ones, one after the other against a running control plane. Among them,
 * at even distances, are some of each operation that must succeed, and some that must not, so that every seed reaches both. Set
 * WEIR_FUZZ_SEED to play a run again, and WEIR_FUZZ_REQUESTS for another length.
 */
const SEED = Number(process.env['WEIR_FUZZ_SEED'] ?? (isLong ? Date.now() % 2 ** 31 : 1));
const REQUESTS = Number(process.env['WEIR_FUZZ_REQUESTS'] ?? (isLong ? 20_000 : 1_500));

const ENVIRONMENT = {
  WEIR_CYCLE_SECONDS: '3600',
  WEIR_REQUESTS_PER_SECOND: '100000',
  // An edge that is deleted takes its tokens with it, and its agent goes on asking.
  WEIR_FAILED_LOGINS_PER_MINUTE: '100000',
};

/** After so many requests comes a sure one; each operation has its turn at least twice. */
const SURE_EVERY = Math.floor(REQUESTS / OPERATIONS.length / 2);

/** Answers 503 as long as an agent was not heard since the start, so that a Prometheus keeps the targets it has. */
const MAY_BE_UNREADY = 'GET /v1/prometheus/targets';

const contract = new ApiContract();

let controlPlane: ControlPlaneProcess;
/** By a token whose name no request knows: that of the first admin is found by some, and revoked. */
let access: Pick<ControlPlaneProcess, 'url' | 'token'>;
let client: FuzzClient;
let stored: StoredState;
let sure: SureRequests;
let judged = 0;
const agentTokens = new Map<string, string>();
/** By operation, how often each status was its answer. */
const seen = new Map<string, Map<number, number>>();

beforeAll(async () => {
  controlPlane = await startControlPlane({ environment: ENVIRONMENT });
  const token = await new WeirApi(controlPlane).adminToken();
  access = { url: controlPlane.url, token };
  const api = new WeirApi(access);
  for (const origin of ['near', 'eu']) {
    await api.put(`/v1/origins/${origin}`, { region: origin, endpoints: [{ address: '192.0.2.9' }] });
  }
  for (const edge of EDGES) await api.put(`/v1/edges/${edge}`, { site: edge, region: 'eu' });
  await admitAgents();
  await api.put('/v1/load-balancers/web', {
    addresses: ['203.0.113.99'],
    listeners: [{ protocol: 'TCP', port: 443 }],
    origins: [{ origin: 'near' }],
  });
  client = new FuzzClient(controlPlane.url);
  stored = new StoredState(join(controlPlane.dataDirectory, 'weir.db'));
  sure = new SureRequests(access);
});

afterAll(async () => {
  stored.close();
  await client.close();
  await controlPlane.stop();
});

describe(`${REQUESTS} requests made from the document (seed ${SEED})`, () => {
  it('are answered as documented, never by an error of the server, and change nothing where they are refused', async () => {
    process.stderr.write(`fuzz: ${REQUESTS} requests, seed ${SEED}\n`);
    await fc.assert(fc.asyncProperty(anyRequest(), judgeInTurn), { seed: SEED, numRuns: REQUESTS });
  });

  it('reached every operation, with success and with refusal', () => {
    const isSeen = (name: string, isWanted: (status: number) => boolean): boolean =>
      [...(seen.get(name)?.keys() ?? [])].some(isWanted);
    const missed = (isWanted: (status: number) => boolean): readonly string[] =>
      OPERATIONS.map(({ name }) => name).filter((name) => !isSeen(name, isWanted));
    expect(missed((status) => status < 300)).toEqual([]);
    expect(missed((status) => status >= 400)).toEqual([]);
  });
});

async function judgeInTurn(request: FuzzedRequest): Promise<void> {
  await judge(request);
  judged += 1;
  const operation = OPERATIONS[(judged / SURE_EVERY) % OPERATIONS.length];
  if (operation === undefined) return;
  const right = await sure.of(operation);
  if (isForAgents(operation)) await admitAgents();
  expect(await judge({ ...right, path: withUnknownQuery(right.path) }), `${operation.name}, with more`).toBe(400);
  expect(await judge(right), operation.name).toBeLessThan(300);
}

/** Whoever adds a query expects it to be heeded. */
function withUnknownQuery(path: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}force=true`;
}

/** Answers the status. */
async function judge(request: FuzzedRequest): Promise<number> {
  const before = stored.fingerprint();
  const answer = await client.send(request, tokenFor(request));
  count(request.operation, answer.status);
  if (request.operation !== MAY_BE_UNREADY) expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(500);
  expect(contract.breaches(answer)).toEqual([]);
  if (answer.status < 300 && request.content !== undefined) {
    expect(contract.misfits(request, 'application/json', request.content), 'it was taken all the same').toEqual([]);
  }
  if (!mayChange(request, answer.status)) expect(stored.fingerprint()).toBe(before);
  return answer.status;
}

function tokenFor(request: FuzzedRequest): string {
  const edge = edgeNamedBy(request) ?? EDGES[0];
  return (isForAgents({ name: request.operation }) ? agentTokens.get(edge) : undefined) ?? access.token;
}

function isForAgents({ name }: Pick<DocumentedOperation, 'name'>): boolean {
  return name.includes(' /v1/agent/');
}

/** With tokens of their own; those of before may be gone. */
async function admitAgents(): Promise<void> {
  for (const edge of EDGES) agentTokens.set(edge, await new WeirApi(access).edgeToken(edge));
}

function mayChange({ method, path }: FuzzedRequest, status: number): boolean {
  const isWrite = !['GET', 'HEAD', 'OPTIONS'].includes(method);
  return isWrite && status < 300 && !path.includes('dryRun=true');
}

function count(operation: string, status: number): void {
  const counts = seen.get(operation) ?? new Map<number, number>();
  counts.set(status, (counts.get(status) ?? 0) + 1);
  seen.set(operation, counts);
}
