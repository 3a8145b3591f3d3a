import { parseArgs } from 'node:util';

const PARTS = ['decision', 'edge', 'agents', 'api'] as const;

type Part = (typeof PARTS)[number];

export interface Options {
  /** Larger subjects are left out. */
  readonly mostArcs: number;
  /** `decision` is the solver and the whole cycle, `edge` the agent, `agents` many of them, `api` the REST API; `null` is all. */
  readonly only: Part | null;
  /** Where the page goes; `null`: to standard output. */
  readonly out: string | null;
}

const USAGE = `usage: npm run bench -- [--only decision|edge|agents|api] [--most-arcs n] [--out file]
  --only part     measure one part: decision (the solver, the whole cycle), edge (the agent),
                  agents (a thousand of them on one control plane) or api (beside a plain route)
  --most-arcs n   leave out what is larger (default: 1000000)
  --out file      write the page there instead of showing it (docs/benchmarks.md is made so); what is not
                  measured stays as it is there`;

/** Ends the process with a word on how to use it when the arguments make no sense. */
export function readOptions(args: readonly string[]): Options {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        'most-arcs': { type: 'string', default: '1000000' },
        out: { type: 'string' },
        only: { type: 'string' },
      },
    });
    const mostArcs = Number(values['most-arcs']);
    if (!(mostArcs > 0)) throw new Error(`--most-arcs must be a positive number, not "${values['most-arcs']}"`);
    return { mostArcs, only: partOf(values.only), out: values.out ?? null };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    process.exit(2);
  }
}

function partOf(only: string | undefined): Options['only'] {
  if (only === undefined) return null;
  const part = PARTS.find((known) => known === only);
  if (part === undefined) throw new Error(`--only must be ${PARTS.join(' or ')}, not "${only}"`);
  return part;
}
