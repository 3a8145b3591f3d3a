/** Where in the console one is. The part of the address behind the `#`, so that no path of the API is taken. */
export type Route =
  | { readonly page: 'overview' }
  | { readonly page: 'load-balancers' }
  | { readonly page: 'load-balancer'; readonly name: string }
  | { readonly page: 'edit-load-balancer'; readonly name: string | null }
  | { readonly page: 'origins' }
  | { readonly page: 'edges' }
  | { readonly page: 'events' }
  | { readonly page: 'what-if' };

export type Page = Route['page'];

const PLAIN = ['load-balancers', 'origins', 'edges', 'events', 'what-if'] as const satisfies readonly Page[];

/** What is not known leads to the overview. */
export function parseRoute(hash: string): Route {
  const [first = '', second, third] = hash
    .replace(/^#?\/?/, '')
    .split('/')
    .map(decoded);
  if (first === 'load-balancers' && second !== undefined) {
    if (second === '+') return { page: 'edit-load-balancer', name: null };
    return { page: third === 'edit' ? 'edit-load-balancer' : 'load-balancer', name: second };
  }
  const plain = PLAIN.find((page) => page === first);
  return { page: plain ?? 'overview' };
}

export function linkTo(route: Route): string {
  switch (route.page) {
    case 'overview':
      return '#/';
    case 'load-balancer':
      return `#/load-balancers/${encodeURIComponent(route.name)}`;
    case 'edit-load-balancer':
      return route.name === null ? '#/load-balancers/+' : `#/load-balancers/${encodeURIComponent(route.name)}/edit`;
    case 'load-balancers':
    case 'origins':
    case 'edges':
    case 'events':
    case 'what-if':
      return `#/${route.page}`;
  }
}

/** The page that tells most of a resource, as the API names it, such as `origins/eu-central`. */
export function linkToResource(resource: string): string {
  const [kind, name] = resource.split('/');
  if (kind === 'load-balancers' && name !== undefined) return linkTo({ page: 'load-balancer', name });
  if (kind === 'origins' || kind === 'edges' || kind === 'load-balancers') return linkTo({ page: kind });
  return linkTo({ page: 'overview' });
}

/** An address that somebody mangled must not stop the console. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
