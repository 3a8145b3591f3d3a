import type { ProblemCode } from '../problem.js';

export type ControlPlaneErrorCode = Extract<
  ProblemCode,
  'control-plane-unreachable' | 'control-plane-refused' | 'edge-not-registered' | 'configuration-refused'
>;

/** A request to the control plane that brought nothing usable. The last good configuration stays in force. */
export class ControlPlaneError extends Error {
  override readonly name = 'ControlPlaneError';

  constructor(
    readonly code: ControlPlaneErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
