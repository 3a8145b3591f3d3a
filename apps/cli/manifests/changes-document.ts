import type { Change } from './plan-apply.js';

/** The changes as programs read them: what there is, and what there would be; `null` for nothing. */
export function changesDocument(changes: readonly Change[]): object {
  return {
    changes: changes.map((change) => ({
      kind: change.kind,
      name: change.name,
      step: change.step,
      before: change.step === 'create' ? null : change.before,
      after: change.step === 'delete' ? null : change.after,
    })),
  };
}
