import type { JSX } from 'preact';
import { EdgesPage } from './edges/edges-page.js';
import { EventsPage } from './events/events-page.js';
import { BalancerPage } from './load-balancers/balancer-page.js';
import { BalancersPage } from './load-balancers/balancers-page.js';
import { EditorPage } from './load-balancers/editor-page.js';
import { OriginsPage } from './origins/origins-page.js';
import { OverviewPage } from './overview/overview-page.js';
import type { Route } from './routing/route.js';
import { WhatIfPage } from './what-if/what-if-page.js';

/** The page of a route. */
export function PageOf({ route }: { readonly route: Route }): JSX.Element {
  switch (route.page) {
    case 'overview':
      return <OverviewPage />;
    case 'load-balancers':
      return <BalancersPage />;
    case 'load-balancer':
      return <BalancerPage key={route.name} name={route.name} />;
    case 'edit-load-balancer':
      return <EditorPage key={route.name ?? '+'} name={route.name} />;
    case 'origins':
      return <OriginsPage />;
    case 'edges':
      return <EdgesPage />;
    case 'events':
      return <EventsPage />;
    case 'what-if':
      return <WhatIfPage />;
  }
}
