/** A command that a document tells its reader to run. */
export interface DocumentCommand {
  readonly text: string;
  /** Of the document, from 1. */
  readonly line: number;
}

const FENCE = /^```(\w*)$/;

/**
 * The commands of a Markdown document: the lines of its `sh` blocks, and those of its `console` blocks that begin with `$ `.
 * A backslash at the end of a line goes on with the next.
 */
export function documentCommands(markdown: string): readonly DocumentCommand[] {
  const lines = markdown.split('\n');
  const languages = languagesOf(lines);
  return lines.flatMap((line, index) => {
    const begun = commandIn(languages[index] ?? null, line);
    if (begun === null || lines[index - 1]?.endsWith('\\') === true) return [];
    return [{ text: joined(begun, lines.slice(index + 1)), line: index + 1 }];
  });
}

/** Of the block each line is in; `null` outside of blocks. */
function languagesOf(lines: readonly string[]): readonly (string | null)[] {
  let language: string | null = null;
  return lines.map((line) => {
    const fence = FENCE.exec(line);
    if (fence === null) return language;
    language = language === null ? (fence[1] ?? '') : null;
    return null;
  });
}

function commandIn(language: string | null, line: string): string | null {
  if (language === 'sh' && line.trim() !== '' && !line.startsWith('#')) return line;
  if (language === 'console' && line.startsWith('$ ')) return line.slice(2);
  return null;
}

function joined(begun: string, [next = '', ...rest]: readonly string[]): string {
  return begun.endsWith('\\') ? joined(`${begun.slice(0, -1)}${next.trim()}`, rest) : begun;
}
