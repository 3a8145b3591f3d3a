import { expect, it } from 'vitest';
import { linkTo, linkToResource, parseRoute, type Route } from './route.js';

const ROUTES: readonly Route[] = [
  { page: 'overview' },
  { page: 'load-balancers' },
  { page: 'load-balancer', name: 'shop' },
  { page: 'edit-load-balancer', name: 'shop' },
  { page: 'edit-load-balancer', name: null },
  { page: 'origins' },
  { page: 'edges' },
  { page: 'events' },
  { page: 'what-if' },
];

it.each(ROUTES)('finds back to $page', (route) => {
  expect(parseRoute(linkTo(route))).toEqual(route);
});

it.each(['', '#', '#/nowhere', '#/%E0%A4%A'])('takes %j for the overview', (hash) => {
  expect(parseRoute(hash)).toEqual({ page: 'overview' });
});

it.each([
  ['load-balancers/shop', '#/load-balancers/shop'],
  ['load-balancers', '#/load-balancers'],
  ['origins/near', '#/origins'],
  ['edges', '#/edges'],
  ['scheduler', '#/'],
])('leads from %s to %s', (resource, link) => {
  expect(linkToResource(resource)).toBe(link);
});
