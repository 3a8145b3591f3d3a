import type { ApplyFigures } from '../measure/measure-apply.js';
import type { AbsentContender, ForwardingFigures } from '../measure/measure-forwarding.js';
import type { IdleAgentFigures } from '../measure/measure-idle-agent.js';
import type { IdleCheckerFigures } from '../measure/measure-idle-checker.js';
import type { EdgeResults } from '../report/render-edge-section.js';
import { runChild } from '../run-child.js';

/** Measures the edge agent, one thing after the other. */
export async function runEdge(): Promise<EdgeResults> {
  const forwarding = await told('forwarding without IPVS, by turns', () =>
    runChild<readonly (ForwardingFigures | AbsentContender)[]>('measure-forwarding', []),
  );
  for (const contender of forwarding)
    if ('reason' in contender) process.stderr.write(`${contender.name} is not measured: ${contender.reason}\n`);
  const apply = await told('a batch of weights', () => runChild<ApplyFigures>('measure-apply', []));
  const idle: IdleAgentFigures[] = [];
  for (const endpoints of ['own', 'shared'])
    idle.push(
      await told(`an idle agent, ${endpoints} endpoints`, () =>
        runChild<IdleAgentFigures>('measure-idle-agent', [endpoints]),
      ),
    );
  const checker = await told('HAProxy with as many endpoints', () =>
    runChild<IdleCheckerFigures>('measure-idle-checker', ['haproxy']).catch(String),
  );
  const bare = await told('Node.js that only connects', () =>
    runChild<IdleCheckerFigures>('measure-idle-checker', ['node']),
  );
  return { forwarding, apply, idle, checker, bare };
}

async function told<Figures>(name: string, measure: () => Promise<Figures>): Promise<Figures> {
  process.stdout.write(`${name} … `);
  const figures = await measure();
  process.stdout.write('done\n');
  return figures;
}
