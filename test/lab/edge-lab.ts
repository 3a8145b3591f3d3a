import { startLab, type Lab, type LabEdge } from './lab.js';
import { describeOneEdge } from './topology.js';

/** One edge with clients, two origins and a way to the host. */
export type EdgeLab = Lab & LabEdge;

/** As startLab. */
export async function startEdgeLab(): Promise<EdgeLab> {
  const lab = await startLab(describeOneEdge);
  const [edge] = lab.edges;
  if (edge === undefined) throw new Error('the lab with one edge has none');
  return { ...lab, ...edge };
}
