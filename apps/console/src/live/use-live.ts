import { useEffect, useRef, useState } from 'preact/hooks';
import { Unreachable } from '#client/errors.js';
import { useConsole } from './console-context.js';

/** What was read last, and why nothing newer could be. */
export interface Live<Data> {
  readonly data: Data | null;
  readonly error: Error | null;
  /** When `data` was read. */
  readonly readAtMs: number;
}

const NOTHING = { data: null, error: null, readAtMs: 0 };

/**
 * Reads what `load` answers, and again whenever something changed. One read at a time: what changes meanwhile is read
 * once more afterwards. With another `key` it begins anew. Begins with `first`, where that was just read.
 */
export function useLive<Data>(key: string, load: () => Promise<Data>, first: Data | null = null): Live<Data> {
  const { updates } = useConsole();
  const [live, setLive] = useState<Live<Data> & { readonly key: string }>(() => ({
    ...NOTHING,
    ...(first !== null && { data: first, readAtMs: Date.now() }),
    key,
  }));
  const isFirst = useRef(first !== null);
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    let isOver = false;
    let isReading = false;
    let revision = isFirst.current ? updates.revision : -1;
    isFirst.current = false;
    const read = async (): Promise<void> => {
      if (isReading || revision === updates.revision) return;
      isReading = true;
      revision = updates.revision;
      const outcome = await settle(latest.current());
      isReading = false;
      if (isOver) return;
      setLive((last) => ({ ...(last.key === key ? last : NOTHING), ...outcome, key }));
      void read();
    };
    void read();
    const unsubscribe = updates.subscribe(() => void read());
    return () => {
      isOver = true;
      unsubscribe();
    };
  }, [updates, key]);
  return live.key === key ? live : { ...NOTHING };
}

/** A failure leaves what was read before. */
async function settle<Data>(reading: Promise<Data>): Promise<Partial<Live<Data>>> {
  try {
    return { data: await reading, error: null, readAtMs: Date.now() };
  } catch (error) {
    // That there is no connection is told above every page, once.
    if (error instanceof Unreachable) return {};
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }
}
