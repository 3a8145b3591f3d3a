import { type Answer, type Format, renderAnswer } from './render.js';
import { say, type Terminal } from './terminal.js';

/** Says it in the form that was asked for. */
export function answer({ terminal, format }: { terminal: Terminal; format: Format }, content: Answer): void {
  say(terminal, renderAnswer(format, content));
}
