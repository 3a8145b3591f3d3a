import type { components } from './api-types.js';

type ProblemDocument = components['schemas']['Problem'];

/** No answer came: the control plane is down, or not there. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';

  constructor(
    readonly url: string,
    options: ErrorOptions,
  ) {
    super(`cannot reach the control plane at ${url}`, options);
  }
}

/** The API answered that it will not. `problem` is `null` when whatever answered does not speak RFC 9457. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  readonly status: number;
  readonly problem: ProblemDocument | null;

  constructor(response: Response, body: unknown) {
    const problem = isProblem(body) ? body : null;
    super(problem?.detail ?? `the control plane answered ${response.status} ${response.statusText}`.trimEnd());
    this.status = response.status;
    this.problem = problem;
  }
}

function isProblem(body: unknown): body is ProblemDocument {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body;
}
