import type { JSX, TargetedSubmitEvent } from 'preact';
import { useState } from 'preact/hooks';
import type { Schemas } from '#client/weir-client.js';
import { tryToken } from './session.js';

interface SignInProps {
  /** Why one is here again. */
  readonly message: string | null;
  readonly signedIn: (token: string, overview: Schemas['Overview']) => void;
}

/** Asks for a token, and tries it. */
export function SignIn({ message, signedIn }: SignInProps): JSX.Element {
  const [problem, setProblem] = useState(message);
  const [typed, setTyped] = useState('');
  const [isTrying, setTrying] = useState(false);
  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const token = typed.trim();
    setTrying(true);
    const entry = await tryToken(token);
    setTrying(false);
    if (entry.outcome === 'in') signedIn(token, entry.overview);
    else setProblem(entry.outcome === 'refused' ? `This token is not taken: ${entry.message}.` : `${entry.message}.`);
  };
  return (
    <main class="welcome">
      <div class="brand">
        <img src="./weir.svg" alt="" />
        Weir
      </div>
      <form class="card" onSubmit={(event) => void submit(event)}>
        <h1>Sign in</h1>
        {problem !== null && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <label class="field">
          <span>Token</span>
          <input
            type="password"
            name="token"
            placeholder="weir_…"
            autocomplete="current-password"
            spellcheck={false}
            autofocus
            required
            value={typed}
            onInput={(event) => {
              setTyped(event.currentTarget.value);
            }}
          />
        </label>
        <button class="button first" disabled={isTrying}>
          {isTrying ? 'Signing in…' : 'Sign in'}
        </button>
        <p class="quiet small">
          The first start of a control plane prints one for an admin. A viewer’s is enough to look. It stays in this tab
          and is gone with it.
        </p>
      </form>
    </main>
  );
}
