import { expect, it } from 'vitest';
import { documentCommands } from './document-commands.js';

const DOCUMENT = `Text with \`$ echo no\`.

\`\`\`sh
echo one
# a remark

echo two
\`\`\`

\`\`\`console
$ echo three \\
    -d four
what it answers
$ echo five
\`\`\`

\`\`\`text
echo no
\`\`\`
`;

it('finds the commands of sh and console blocks, and where they are', () => {
  expect(documentCommands(DOCUMENT)).toEqual([
    { text: 'echo one', line: 4 },
    { text: 'echo two', line: 7 },
    { text: 'echo three -d four', line: 11 },
    { text: 'echo five', line: 14 },
  ]);
});
