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
  const commands: DocumentCommand[] = [];
  let language: string | null = null;
  let pending: DocumentCommand | null = null;
  for (const [index, line] of markdown.split('\n').entries()) {
    const fence = FENCE.exec(line);
    if (fence !== null) {
      language = language === null ? (fence[1] ?? '') : null;
      continue;
    }
    const begun: string | null = pending === null ? firstLine(language, line) : line.trim();
    if (begun === null) continue;
    const command: DocumentCommand = pending ?? { text: '', line: index + 1 };
    const text = `${command.text}${begun.replace(/\\$/, '')}`;
    pending = begun.endsWith('\\') ? { ...command, text } : null;
    if (pending === null) commands.push({ ...command, text });
  }
  return commands;
}

function firstLine(language: string | null, line: string): string | null {
  if (language === 'sh' && line.trim() !== '' && !line.startsWith('#')) return line;
  if (language === 'console' && line.startsWith('$ ')) return line.slice(2);
  return null;
}
