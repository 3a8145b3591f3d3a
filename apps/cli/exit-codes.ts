/** What scripts can tell apart. Numbers never change their meaning; `weirctl --help` prints them. */
export const EXIT = {
  done: 0,
  /** The control plane refused, or something failed. */
  failed: 1,
  /** The command line or a manifest is wrong; nothing was sent. */
  usage: 2,
  unreachable: 3,
  /** No token, a wrong or expired one, or one whose role is too low. */
  denied: 4,
  notFound: 5,
  /** Somebody else changed the resource meanwhile, or it is in use. */
  conflict: 6,
  /** `diff` and `apply --dry-run` found differences. */
  different: 7,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
