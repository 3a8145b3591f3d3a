import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useConsole } from '../live/console-context.js';
import { linkTo, type Page, type Route } from '../routing/route.js';
import { ConnectionBanner } from './connection-banner.js';
import { FreezeButton } from './freeze-button.js';
import { useTheme } from './theme.js';

interface Place {
  readonly route: Route;
  readonly name: string;
  /** Pages that belong to it. */
  readonly pages: readonly Page[];
}

const PLACES: readonly Place[] = [
  { route: { page: 'overview' }, name: 'Overview', pages: ['overview'] },
  {
    route: { page: 'load-balancers' },
    name: 'Load balancers',
    pages: ['load-balancers', 'load-balancer', 'edit-load-balancer'],
  },
  { route: { page: 'origins' }, name: 'Origins', pages: ['origins'] },
  { route: { page: 'edges' }, name: 'Edges', pages: ['edges'] },
  { route: { page: 'events' }, name: 'Events', pages: ['events'] },
  { route: { page: 'what-if' }, name: 'What if', pages: ['what-if'] },
];

interface ShellProps {
  readonly route: Route;
  readonly children: ComponentChildren;
}

/** What stands around every page. */
export function Shell({ route, children }: ShellProps): JSX.Element {
  const { token, signOut } = useConsole();
  const main = useRef<HTMLElement>(null);
  const address = linkTo(route);
  const first = useRef(address);
  useEffect(() => {
    const place = PLACES.find(({ pages }) => pages.includes(route.page));
    document.title = `${'name' in route && route.name !== null ? `${route.name} · ` : ''}${place?.name ?? ''} · Weir`;
    // Whoever follows a link by keyboard goes on at the new page, not at the old link.
    if (first.current !== address) main.current?.focus();
    first.current = address;
  }, [address]);
  return (
    <>
      <a
        class="skip"
        href="#content"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to the content
      </a>
      <header class="bar">
        <a class="brand" href={linkTo({ page: 'overview' })}>
          <img src="./weir.svg" alt="" />
          Weir
        </a>
        <Navigation page={route.page} />
        <div class="bar-end">
          <FreezeButton />
          <ThemeButton />
          {token !== null && (
            <button
              type="button"
              class="button plain"
              onClick={() => {
                signOut();
              }}
            >
              Sign out
            </button>
          )}
        </div>
      </header>
      <ConnectionBanner />
      <main id="content" ref={main} tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

function Navigation({ page }: { readonly page: Page }): JSX.Element {
  return (
    <nav aria-label="Console">
      <ul>
        {PLACES.map(({ route: target, name, pages }) => (
          <li key={name}>
            <a href={linkTo(target)} aria-current={pages.includes(page) ? 'page' : undefined}>
              {name}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function ThemeButton(): JSX.Element {
  const [theme, choose] = useTheme();
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <button
      type="button"
      class="button plain icon"
      aria-label={`Use ${other} colours`}
      title={`Use ${other} colours`}
      onClick={() => {
        choose(other);
      }}
    >
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" stroke-width="1.5" />
        <path d="M8 1.75a6.25 6.25 0 0 1 0 12.5z" fill="currentColor" />
      </svg>
    </button>
  );
}
