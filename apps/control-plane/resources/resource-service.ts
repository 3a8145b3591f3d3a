import type { Configuration } from '#core/model/configuration.js';
import type { NewEvent } from '#core/model/event.js';
import { findNamed } from '#core/model/named-list.js';
import type { RuleViolation } from '#core/model/rule-violation.js';
import type { ConfigurationChange, ConfigurationStore } from '#core/ports/configuration-store.js';
import { auditEvent } from '../events/audit-event.js';
import { cursorAfter } from '../http/cursor.js';
import { entityTag, refuseUnmet } from '../http/entity-tag.js';
import { mergePatch } from '../http/merge-patch.js';
import type { Page } from '../http/page.js';
import { parseOrRefuse } from '../http/parse.js';
import { Problem } from '../http/problem.js';
import type { WriteRequest } from '../http/write-request.js';
import { fitsLabels, type LabelSelector } from './label-filter.js';
import type { LabelledResource, ResourceDefinition } from './resource-definition.js';

/** Which part of a list is wanted. */
export interface ListRequest {
  readonly limit: number;
  /** Begins after this name; at the first when left out. */
  readonly cursor?: string | undefined;
  readonly label: readonly LabelSelector[];
}

const NOTHING: Pick<ConfigurationChange<unknown>, 'writes' | 'events'> = { writes: [], events: [] };

/** Creates, reads, replaces, patches and removes resources of one kind. Refusals are `Problem`s; nothing is half done. */
export class ResourceService<T extends LabelledResource> {
  constructor(
    private readonly definition: ResourceDefinition<T>,
    private readonly store: ConfigurationStore,
    /** Called after each change that was stored. */
    private readonly onChange: () => void,
  ) {}

  async list({ limit, cursor, label }: ListRequest): Promise<Page<T>> {
    const all = this.definition.select(await this.store.snapshot());
    const rest = all.filter(({ name, labels }) => (cursor === undefined || name > cursor) && fitsLabels(labels, label));
    const items = rest.slice(0, limit);
    const last = items.at(-1);
    return { items, nextCursor: rest.length > limit && last !== undefined ? cursorAfter(last.name) : null };
  }

  async get(name: string): Promise<T> {
    return this.#pick(name, await this.store.snapshot());
  }

  async create(body: unknown, write: WriteRequest): Promise<T> {
    const candidate = parseOrRefuse(this.definition.schema, body);
    return this.#change(write, (current) => {
      if (this.#find(candidate.name, current) !== undefined) throw this.#alreadyExists(candidate.name);
      return this.#put(candidate, write, current);
    });
  }

  /** Creates the resource or replaces it whole; `isNew` tells which. */
  async replace(
    name: string,
    body: unknown,
    write: WriteRequest,
  ): Promise<{ readonly resource: T; readonly isNew: boolean }> {
    const candidate = this.#parseNamed(name, body);
    return this.#change(write, (current) => {
      const { answer, ...change } = this.#put(candidate, write, current);
      return { ...change, answer: { resource: answer, isNew: this.#find(name, current) === undefined } };
    });
  }

  /** Applies a JSON merge patch to what is stored, and stores the outcome if it is valid as a whole. */
  patch(name: string, patch: unknown, write: WriteRequest): Promise<T> {
    return this.#change(write, (current) => {
      const patched = mergePatch(this.#pick(name, current), patch);
      return this.#put(this.#parseNamed(name, patched), write, current);
    });
  }

  remove(name: string, write: WriteRequest): Promise<void> {
    return this.#change(write, (current) => {
      const resource = this.#pick(name, current);
      refuseUnmet(write.precondition, entityTag(resource));
      refuseViolations(this.definition.removalViolations(resource.name, current));
      return {
        writes: [this.definition.remove(resource.name)],
        events: [this.#told(write, resource, null)],
        answer: undefined,
      };
    });
  }

  async #change<Answer>(
    { isDryRun }: WriteRequest,
    decide: (current: Configuration) => ConfigurationChange<Answer>,
  ): Promise<Answer> {
    const { answer, isChanged } = await this.store.change((current) => {
      const decided = decide(current);
      const { writes, events = [] } = isDryRun ? NOTHING : decided;
      return { writes, events, answer: { answer: decided.answer, isChanged: writes.length > 0 } };
    });
    if (isChanged) this.onChange();
    return answer;
  }

  /** Writes nothing where the very same is stored already. */
  #put(candidate: T, write: WriteRequest, current: Configuration): ConfigurationChange<T> {
    const stored = this.#find(candidate.name, current);
    const storedTag = stored === undefined ? null : entityTag(stored);
    refuseUnmet(write.precondition, storedTag);
    refuseViolations(this.definition.violations(candidate, current));
    if (storedTag === entityTag(candidate)) return { ...NOTHING, answer: candidate };
    const events = [this.#told(write, stored ?? null, candidate)];
    return { writes: [this.definition.put(candidate)], events, answer: candidate };
  }

  #told(write: WriteRequest, before: T | null, after: T | null): NewEvent {
    const name = after?.name ?? before?.name ?? '';
    return auditEvent(write, { resource: `${this.definition.path}/${name}`, before, after });
  }

  /** The name in the path counts; one in the body may only repeat it. */
  #parseNamed(name: string, body: unknown): T {
    const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
    const candidate = parseOrRefuse(this.definition.schema, isObject ? { name, ...body } : body);
    if (candidate.name === name) return candidate;
    const detail = `must be "${name}", as in the path; a resource cannot be renamed`;
    throw new Problem('invalid-resource', 'wrong: /name', [{ pointer: '/name', code: 'invalid-value', detail }]);
  }

  #pick(name: string, configuration: Configuration): T {
    const resource = this.#find(name, configuration);
    if (resource === undefined) throw new Problem('not-found', `there is no ${this.definition.noun} "${name}"`);
    return resource;
  }

  #find(name: string, configuration: Configuration): T | undefined {
    return findNamed(this.definition.select(configuration), name);
  }

  #alreadyExists(name: string): Problem {
    const detail = `${this.definition.noun} "${name}" exists already; use PUT to replace it`;
    return new Problem('conflict', detail, [{ pointer: '/name', code: 'already-exists', detail }]);
  }
}

/** What others have or use is a conflict; anything else is wrong with the resource itself. */
const CONFLICTS: ReadonlySet<RuleViolation['code']> = new Set(['address-in-use', 'origin-in-use']);

function refuseViolations(violations: readonly RuleViolation[]): void {
  if (violations.length === 0) return;
  const isInvalid = violations.some(({ code }) => !CONFLICTS.has(code));
  const detail = violations.map((violation) => violation.detail).join('; ');
  throw new Problem(isInvalid ? 'invalid-resource' : 'conflict', detail, violations);
}
