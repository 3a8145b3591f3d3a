import { useEffect, useState } from 'preact/hooks';
import { dataOf, type Schemas } from '#client/weir-client.js';
import { useConsole } from '../live/console-context.js';

type Changes = Schemas['WhatIfChangesInput'];
type Answer = Schemas['WhatIfAnswer'];

/** What would be. The last answer stays until the next one is there. */
export interface Supposed {
  readonly answer: Answer | null;
  readonly error: Error | null;
  readonly isAsking: boolean;
}

/** A slider is moved in many small steps. */
const ASK_AFTER_MS = 250;

export function useAnswer(changes: Changes | null): Supposed {
  const { client } = useConsole();
  const [supposed, setSupposed] = useState<Supposed>({ answer: null, error: null, isAsking: false });
  const key = JSON.stringify(changes);
  useEffect(() => {
    if (changes === null) {
      setSupposed({ answer: null, error: null, isAsking: false });
      return;
    }
    let isOver = false;
    setSupposed((last) => ({ ...last, isAsking: true }));
    const ask = async (): Promise<Supposed> => {
      try {
        return { answer: await dataOf(client.POST('/v1/what-if', { body: changes })), error: null, isAsking: false };
      } catch (error) {
        return { answer: null, error: error instanceof Error ? error : new Error(String(error)), isAsking: false };
      }
    };
    const timer = setTimeout(() => {
      void ask().then((next) => {
        if (!isOver) setSupposed(next);
      });
    }, ASK_AFTER_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [client, key]);
  return supposed;
}
