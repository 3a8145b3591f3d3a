/** Which database to use: an embedded one in a file, or a PostgreSQL server (`postgres://user:password@host/name`). */
export type DatabaseLocation = { readonly path: string } | { readonly url: string };

/** For messages: a password in the address stays out of logs. */
export function describeLocation(location: DatabaseLocation): string {
  if ('path' in location) return location.path;
  const { protocol, host, pathname } = new URL(location.url);
  return `${protocol}//${host}${pathname}`;
}
