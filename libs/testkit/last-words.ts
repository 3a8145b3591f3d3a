/** Whatever writes a log. */
interface Talker {
  logs(): readonly string[];
}

const LINES = 8;

/** Runs a task; when it fails, the error tells what these processes said last, which is usually why. */
export async function withLastWords<T>(talkers: () => readonly Talker[], task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (cause) {
    const words = talkers().map((talker) => talker.logs().slice(-LINES).join('\n'));
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${reason}\n\n${words.join('\n\n')}`, { cause });
  }
}
