import { readFile } from 'node:fs/promises';
import { Agent, type Dispatcher } from 'undici';
import { ControlPlaneError } from './control-plane-error.js';

/** Files that say who this edge is and whom it trusts; `null` where there is none. */
export interface CredentialFiles {
  readonly tokenFile: string | null;
  /** Signed the control plane's certificate; the system's own authorities when `null`. */
  readonly caFile: string | null;
  readonly certificateFile: string | null;
  readonly keyFile: string | null;
}

export const NO_CREDENTIALS: CredentialFiles = { tokenFile: null, caFile: null, certificateFile: null, keyFile: null };

/** What a request to the control plane is sent with. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly dispatcher: Dispatcher | undefined;
}

/** Reads the files before each request: whoever replaces one need not tell the agent. */
export class CredentialSource {
  #connections: { readonly fingerprint: string; readonly dispatcher: Agent } | null = null;

  constructor(private readonly files: CredentialFiles) {}

  /** Rejects with a ControlPlaneError that names the file which cannot be read. */
  async current(): Promise<Credentials> {
    const { tokenFile, caFile, certificateFile, keyFile } = this.files;
    const [token, ca, cert, key] = await Promise.all([tokenFile, caFile, certificateFile, keyFile].map(read));
    return {
      headers: token === undefined ? {} : { authorization: `Bearer ${token.trim()}` },
      dispatcher: ca === undefined && cert === undefined ? undefined : this.#connect({ ca, cert, key }),
    };
  }

  async close(): Promise<void> {
    await this.#connections?.dispatcher.close();
  }

  /** Keeps its connections for as long as the files stay as they are. */
  #connect(connect: Readonly<Record<'ca' | 'cert' | 'key', string | undefined>>): Dispatcher {
    const fingerprint = JSON.stringify(connect);
    if (this.#connections?.fingerprint !== fingerprint) {
      // Requests under way end on the old connections first.
      void this.#connections?.dispatcher.close();
      const set = Object.fromEntries(Object.entries(connect).filter(([, text]) => text !== undefined));
      this.#connections = { fingerprint, dispatcher: new Agent({ connect: set }) };
    }
    return this.#connections.dispatcher;
  }
}

async function read(file: string | null): Promise<string | undefined> {
  if (file === null) return undefined;
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    // Not the content of any file: only which one it is about.
    throw new ControlPlaneError('control-plane-unreachable', `cannot read ${file}`, { cause });
  }
}
