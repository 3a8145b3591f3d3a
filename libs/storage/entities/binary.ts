import type { ValueTransformer } from 'typeorm';

/** Some drivers hand bytes back as a bare `ArrayBuffer`. */
export const binary: ValueTransformer = {
  from: (stored: ArrayBuffer | Uint8Array): Uint8Array =>
    stored instanceof Uint8Array ? stored : new Uint8Array(stored),
  to: (value: Uint8Array): Uint8Array => value,
};
