import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { ConsoleContext, type ConsoleParts } from './live/console-context.js';
import { LiveUpdates } from './live/live-updates.js';
import { type Overview, OverviewProvider } from './live/overview-provider.js';
import { PageOf } from './pages.js';
import { useRoute } from './routing/use-route.js';
import { clientFor, EXPIRED, storedToken, storeToken, tryToken } from './session/session.js';
import { SignIn } from './session/sign-in.js';
import { Shell } from './shell/shell.js';

/** Whether somebody may look, and with what. */
type Session =
  | { readonly state: 'trying' }
  | { readonly state: 'out'; readonly message: string | null }
  | { readonly state: 'in'; readonly token: string | null; readonly overview: Overview };

/** The console: signed in or not. */
export function App(): JSX.Element {
  const [session, setSession] = useState<Session>({ state: 'trying' });
  useEffect(() => {
    const token = storedToken();
    void tryToken(token).then((entry) => {
      if (entry.outcome === 'in') setSession({ state: 'in', token, overview: entry.overview });
      else if (entry.outcome === 'unreachable') setSession({ state: 'out', message: `${entry.message}.` });
      else setSession({ state: 'out', message: token === null ? null : EXPIRED });
    });
  }, []);
  const signOut = useCallback((message?: string) => {
    storeToken(null);
    setSession({ state: 'out', message: message ?? null });
  }, []);
  const signedIn = (token: string, overview: Overview): void => {
    storeToken(token);
    setSession({ state: 'in', token, overview });
  };
  switch (session.state) {
    case 'trying':
      return <p class="empty">Connecting…</p>;
    case 'out':
      return <SignIn message={session.message} signedIn={signedIn} />;
    case 'in':
      return <Inside key={session.token ?? ''} token={session.token} overview={session.overview} signOut={signOut} />;
  }
}

interface InsideProps {
  readonly token: string | null;
  /** As it was when the token was taken. */
  readonly overview: Overview;
  readonly signOut: (message?: string) => void;
}

function Inside({ token, overview, signOut }: InsideProps): JSX.Element {
  const route = useRoute();
  const parts = useMemo<ConsoleParts>(() => {
    const client = clientFor(token, signOut);
    const refused = (error: Error): void => {
      signOut('status' in error && error.status === 401 ? EXPIRED : `${error.message}.`);
    };
    return { client, token, signOut, updates: new LiveUpdates({ url: location.origin, token, refused }) };
  }, [token, signOut]);
  useEffect(() => {
    parts.updates.start();
    return () => {
      parts.updates.stop();
    };
  }, [parts]);
  return (
    <ConsoleContext.Provider value={parts}>
      <OverviewProvider first={overview}>
        <Shell route={route}>
          <PageOf route={route} />
        </Shell>
      </OverviewProvider>
    </ConsoleContext.Provider>
  );
}
