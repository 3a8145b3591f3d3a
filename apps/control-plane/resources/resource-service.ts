import type { Configuration } from '#core/model/configuration.js';
import type { RuleViolation } from '#core/model/rule-violation.js';
import type { ConfigurationChange, ConfigurationStore } from '#core/ports/configuration-store.js';
import { mergePatch } from '../http/merge-patch.js';
import type { Page } from '../http/page.js';
import { parseOrRefuse } from '../http/parse.js';
import { Problem } from '../http/problem.js';
import type { ResourceDefinition } from './resource-definition.js';

/** Creates, reads, replaces, patches and removes resources of one kind. Refusals are `Problem`s; nothing is half done. */
export class ResourceService<T extends { readonly name: string }> {
  constructor(
    private readonly definition: ResourceDefinition<T>,
    private readonly store: ConfigurationStore,
    /** Called after each change that was stored. */
    private readonly onChange: () => void,
  ) {}

  async list(limit: number, cursor: string | undefined): Promise<Page<T>> {
    const all = this.definition.select(await this.store.snapshot());
    const rest = cursor === undefined ? all : all.filter((resource) => resource.name > cursor);
    const items = rest.slice(0, limit);
    return { items, nextCursor: rest.length > limit ? (items.at(-1)?.name ?? null) : null };
  }

  async get(name: string): Promise<T> {
    return this.#pick(name, await this.store.snapshot());
  }

  async create(body: unknown): Promise<T> {
    const candidate = parseOrRefuse(this.definition.schema, body);
    return this.#change((current) => {
      if (this.#find(candidate.name, current) !== undefined) throw this.#alreadyExists(candidate.name);
      return this.#put(candidate, current);
    });
  }

  /** Creates the resource or replaces it whole; `isNew` tells which. */
  async replace(name: string, body: unknown): Promise<{ readonly resource: T; readonly isNew: boolean }> {
    const candidate = this.#parseNamed(name, body);
    return this.#change((current) => {
      const { writes, answer } = this.#put(candidate, current);
      return { writes, answer: { resource: answer, isNew: this.#find(name, current) === undefined } };
    });
  }

  /** Applies a JSON merge patch to what is stored, and stores the outcome if it is valid as a whole. */
  patch(name: string, patch: unknown): Promise<T> {
    return this.#change((current) => {
      const patched = mergePatch(this.#pick(name, current), patch);
      return this.#put(this.#parseNamed(name, patched), current);
    });
  }

  remove(name: string): Promise<void> {
    return this.#change((current) => {
      const resource = this.#pick(name, current);
      refuseViolations(this.definition.removalViolations(resource.name, current));
      return { writes: [this.definition.remove(resource.name)], answer: undefined };
    });
  }

  async #change<Answer>(decide: (current: Configuration) => ConfigurationChange<Answer>): Promise<Answer> {
    const answer = await this.store.change(decide);
    this.onChange();
    return answer;
  }

  #put(candidate: T, current: Configuration): ConfigurationChange<T> {
    refuseViolations(this.definition.violations(candidate, current));
    return { writes: [this.definition.put(candidate)], answer: candidate };
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
    return this.definition.select(configuration).find((resource) => resource.name === name);
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
