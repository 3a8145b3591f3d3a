import type { z } from 'zod';

/** What an operation answers: what its schema describes, which nobody changes any more. */
export type Shown<Schema extends z.ZodType> = DeepReadonly<z.output<Schema>>;

type DeepReadonly<T> = T extends string | number | boolean | null | undefined
  ? T
  : { readonly [Key in keyof T]: DeepReadonly<T[Key]> };
