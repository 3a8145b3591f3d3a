import type { Schemas } from '#client/weir-client.js';

/** Where a drain stands by what the API tells. */
export type DrainProgress =
  /** Reports are still those of before. */
  | { readonly kind: 'waiting' }
  | {
      readonly kind: 'leaving';
      readonly connections: number;
      readonly secondsLeft: number | null;
      readonly announced: number;
    }
  | { readonly kind: 'empty' }
  /** The agent has fallen silent: what is open is not known. */
  | { readonly kind: 'silent' };

type OriginStatus = Pick<Schemas['OriginStatus'], 'drain'>;
type EdgeStatus = Pick<Schemas['EdgeStatus'], 'lastSeenSeconds' | 'connections' | 'announced'>;

/** Agents report every 5 s; three missed reports are a lost agent. */
const SILENT_AFTER_SECONDS = 15;

/** What is still open at the edges' deadline is cut there, and counts no more. */
export function originProgress({ drain }: OriginStatus): DrainProgress {
  const connections = drain?.connections ?? 0;
  if (connections === 0) return { kind: 'empty' };
  const deadlines = (drain?.edges ?? []).flatMap(({ secondsLeft }) => (secondsLeft === null ? [] : [secondsLeft]));
  const secondsLeft = deadlines.length === 0 ? null : Math.max(...deadlines);
  return { kind: 'leaving', connections, secondsLeft, announced: 0 };
}

/** An edge has no deadline: users go elsewhere as routers learn of it, and open connections last as long as they last. */
export function edgeProgress(
  { lastSeenSeconds, connections, announced }: EdgeStatus,
  drainingSeconds: number,
): DrainProgress {
  const isOfBefore = lastSeenSeconds === null || connections === null || lastSeenSeconds >= drainingSeconds;
  if ((lastSeenSeconds ?? drainingSeconds) > SILENT_AFTER_SECONDS) return { kind: 'silent' };
  if (isOfBefore) return { kind: 'waiting' };
  const addresses = announced?.length ?? 0;
  if (connections === 0 && addresses === 0) return { kind: 'empty' };
  return { kind: 'leaving', connections, secondsLeft: null, announced: addresses };
}
