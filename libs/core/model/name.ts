declare const kind: unique symbol;

/** A DNS label that identifies a resource of one kind; two kinds cannot be confused by the compiler. */
type Name<Kind extends string> = string & { readonly [kind]: Kind };

export type LoadBalancerName = Name<'load-balancer'>;
export type OriginName = Name<'origin'>;
export type EdgeName = Name<'edge'>;

/** What every resource name must match (RFC 1123 label, lower case). */
export const NAME_PATTERN = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

export const loadBalancerName = (value: string): LoadBalancerName => value as LoadBalancerName;
export const originName = (value: string): OriginName => value as OriginName;
export const edgeName = (value: string): EdgeName => value as EdgeName;

/** Orders names by code unit, the same on every machine and locale, so that replays are byte-identical. */
export function byName<T extends string>(left: T, right: T): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
