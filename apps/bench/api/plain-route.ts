import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./plain-route-main.js', import.meta.url));

export interface PlainRoute {
  readonly url: string;
  stop(): Promise<void>;
}

/** A route of a NestJS application in a process of its own that answers with this document. */
export async function startPlainRoute(document: object): Promise<PlainRoute> {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(document)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise<string>((resolve, reject) => {
    child.once('close', () => {
      reject(new Error('the plain route ended before it listened'));
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      const address = /listening on (\S+)/.exec(line)?.[1];
      if (address !== undefined) resolve(`${address}/document`);
    });
  });
  return {
    url,
    stop: async () => {
      child.kill();
      await once(child, 'close');
    },
  };
}
