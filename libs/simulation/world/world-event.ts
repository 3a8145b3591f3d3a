/** Something that happens to the world at an instant. */
export type WorldEvent = { readonly part: 'world' } & (
  | EndpointsAlive
  /** An edge vanishes with all it carries. Anycast needs a moment to notice. */
  | { readonly kind: 'edge-lost'; readonly edge: string }
  | { readonly kind: 'edge-back'; readonly edge: string }
);

/** So many of an origin's endpoints are alive from now on, the first ones. */
interface EndpointsAlive {
  readonly kind: 'endpoints-alive';
  readonly origin: string;
  readonly endpoints: number;
}
