import { z } from 'zod';

/** What this page needs of openapi.yaml. */
const documentSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({ summary: z.string(), tags: z.tuple([z.string()]), 'x-weir-role': z.string().default('anyone') }),
    ),
  ),
});

interface ListedOperation {
  readonly tag: string;
  readonly call: string;
  readonly role: string;
  readonly summary: string;
}

/** docs/api.md: every operation with the role it needs. Takes the parsed openapi.yaml. */
export function apiPage(document: unknown): string {
  const operations = listOperations(documentSchema.parse(document));
  const tags = [...new Set(operations.map(({ tag }) => tag))];
  return `# The API

Written by \`npm run docs\` from [openapi.yaml](../openapi.yaml), which has every field, every refusal and worked examples. A
running control plane shows it at \`/docs\`, where each operation can be tried, and serves it at \`/openapi.yaml\`; \`libs/client\`
has types generated from it. What all operations have in common:

- Every request but those for \`anyone\` has \`Authorization: Bearer weir_…\` of [a role](security.md#tokens) that suffices.
- Errors are \`application/problem+json\` (RFC 9457) with a stable \`code\`; \`errors\` names every wrong field by JSON Pointer.
- Resources have an \`ETag\`; \`If-Match\` refuses a write with 412 when somebody else was faster.
- \`?dryRun=true\` on a write checks it and answers what would be stored. Unknown fields are refused.
- Lists are paged: \`?limit=\`, then \`?cursor=\` with the \`nextCursor\` of the page before; \`?label=team:web\` filters.

${tags.map((tag) => section(tag, operations)).join('\n\n')}
`;
}

function listOperations({ paths }: z.output<typeof documentSchema>): readonly ListedOperation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { summary, tags, 'x-weir-role': role }]) => ({
      tag: tags[0],
      call: `${method.toUpperCase()} ${path}`,
      role,
      summary,
    })),
  );
}

function section(tag: string, operations: readonly ListedOperation[]): string {
  const rows = operations
    .filter((operation) => operation.tag === tag)
    .map(({ call, role, summary }) => `| \`${call}\` | ${role} | ${summary} |`);
  return [`## ${tag}`, '', '| operation | role | what it does |', '| --- | --- | --- |', ...rows].join('\n');
}
