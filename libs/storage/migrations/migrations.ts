import { Initial1795219200000 } from './1795219200000-initial.js';
import { DeletedLoadBalancers1795651200000 } from './1795651200000-deleted-load-balancers.js';
import { AgentReports1795737600000 } from './1795737600000-agent-reports.js';
import { TokensAndEvents1795824000000 } from './1795824000000-tokens-and-events.js';
import { ConfigurationRevision1795910400000 } from './1795910400000-configuration-revision.js';

/** All migrations, oldest first. Only ever appended to: databases remember by name which ones they have. */
export const MIGRATIONS = [
  Initial1795219200000,
  DeletedLoadBalancers1795651200000,
  AgentReports1795737600000,
  TokensAndEvents1795824000000,
  ConfigurationRevision1795910400000,
];
