import type { FirewallRules, MarkRule } from './firewall-rules.js';

/**
 * One way to write firewall rules. Each keeps Weir's rules apart from those of others.
 *
 * Obligations: `replace` makes them exactly these, and rejects where this kernel cannot have them; `clear` takes away
 * what is Weir's, and touches nothing where there is none; `marks` answers the mark rules that are Weir's.
 */
export interface FirewallProgram {
  readonly name: string;
  replace(rules: FirewallRules): Promise<void>;
  clear(): Promise<void>;
  marks(): Promise<readonly MarkRule[]>;
}
