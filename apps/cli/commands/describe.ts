import { Command } from 'commander';
import { describeEdge } from '../describe/describe-edge.js';
import { describeLoadBalancer } from '../describe/describe-load-balancer.js';
import { describeOrigin } from '../describe/describe-origin.js';
import { type Description, readDescription } from '../describe/read-description.js';
import { kindNamed } from '../manifests/kind.js';
import { answer } from '../output/answer.js';
import { openSession } from '../session.js';
import type { Surroundings } from './surroundings.js';

export function describeCommand({ terminal }: Surroundings): Command {
  return new Command('describe')
    .description('all that is known of one load balancer, origin or edge: status, shares, health, what happened last')
    .argument('<kind>')
    .argument('<name>')
    .action(async (word: string, name: string, _: unknown, command: Command) => {
      const kind = kindNamed(word);
      const session = await openSession(command, terminal);
      const description = await readDescription(session, kind, name);
      answer(session, { text: describe(description), document: description });
    });
}

function describe(description: Description): string {
  switch (description.kind) {
    case 'LoadBalancer':
      return describeLoadBalancer(description);
    case 'Origin':
      return describeOrigin(description);
    case 'Edge':
      return describeEdge(description);
  }
}
