import { EntitySchema } from 'typeorm';
import { agentReportEntity } from './agent-report-entity.js';
import { archivePartEntity } from './archive-part-entity.js';
import { configurationRevisionEntity } from './configuration-revision-entity.js';
import { cycleEntity } from './cycle-entity.js';
import { deletedLoadBalancerEntity } from './deleted-load-balancer-entity.js';
import { eventEntity, eventSequenceEntity } from './event-entity.js';
import { publishedEdgeDocumentEntity } from './published-edge-document-entity.js';
import { resourceEntity } from './resource-entity.js';
import { schedulerEntity } from './scheduler-entity.js';
import { tokenEntity } from './token-entity.js';

const ENTITIES: readonly EntitySchema[] = [
  resourceEntity,
  configurationRevisionEntity,
  deletedLoadBalancerEntity,
  schedulerEntity,
  cycleEntity,
  archivePartEntity,
  publishedEdgeDocumentEntity,
  agentReportEntity,
  tokenEntity,
  eventEntity,
  eventSequenceEntity,
];

/**
 * The entities as a database has them. The dialects differ in the name of one type; queries find an entity by its name, so
 * that stores use the same ones on both.
 */
export function entitiesOf(dialect: 'sqlite' | 'postgres'): EntitySchema[] {
  return dialect === 'sqlite' ? [...ENTITIES] : ENTITIES.map(inPostgres);
}

function inPostgres({ options }: EntitySchema): EntitySchema {
  const columns = Object.entries(options.columns).map(([property, column]) => [
    property,
    column?.type === 'blob' ? { ...column, type: 'bytea' as const } : column,
  ]);
  return new EntitySchema(
    Object.assign({}, options, { columns: Object.fromEntries(columns) as typeof options.columns }),
  );
}
