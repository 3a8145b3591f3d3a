import type { JSX } from 'preact';
import { CheckField, ErrorsAt, type FormState, NumberField, SelectField, TextField } from './fields.js';
import { Rows } from './rows.js';

interface BalancerFormProps {
  readonly form: FormState;
  /** A name is for ever: what is edited keeps its own. */
  readonly isNew: boolean;
  /** Names of the origins there are. */
  readonly origins: readonly string[];
}

const PROTOCOLS = [
  ['TCP', 'TCP'],
  ['UDP', 'UDP'],
] as const;

const DISTRIBUTIONS = [
  ['maglev-5-tuple', 'Maglev, by connection'],
  ['maglev-source-ip', 'Maglev, by client address'],
  ['weighted-round-robin', 'Weighted round robin'],
  ['weighted-least-connection', 'Weighted least connection'],
] as const;

const MODES = [
  ['automatic', 'Automatic'],
  ['manual', 'By hand, as JSON'],
] as const;

const LATENCY_MODES = [
  ['soft', 'Soft: yields to overload'],
  ['strict', 'Strict: nothing beyond'],
] as const;

/** The fields that most load balancers need; JSON has all. */
export function BalancerForm({ form, isNew, origins }: BalancerFormProps): JSX.Element {
  return (
    <div class="form">
      <TextField form={form} path={['name']} label="Name" isReadOnly={!isNew} />
      <Rows
        form={form}
        path={['addresses']}
        title="Addresses, served by every edge"
        noun="address"
        fresh=""
        fieldsOf={(row) => <TextField form={form} path={row} label="Address" placeholder="203.0.113.10" />}
      />
      <Rows
        form={form}
        path={['listeners']}
        title="Listeners"
        noun="listener"
        fresh={{ protocol: 'TCP' }}
        fieldsOf={(row) => (
          <>
            <SelectField form={form} path={[...row, 'protocol']} label="Protocol" options={PROTOCOLS} />
            <NumberField form={form} path={[...row, 'port']} label="Port" placeholder="443" />
            <NumberField form={form} path={[...row, 'endPort']} label="To port, of a range" />
          </>
        )}
      />
      <Rows
        form={form}
        path={['origins']}
        title="Origins"
        noun="origin"
        fresh={{ origin: '' }}
        fieldsOf={(row) => (
          <>
            <SelectField
              form={form}
              path={[...row, 'origin']}
              label="Origin"
              options={origins.map((name) => [name, name] as const)}
            />
            <NumberField form={form} path={[...row, 'port']} label="Port" placeholder="as it came" />
            <NumberField form={form} path={[...row, 'dialPercent']} label="Dial, %" placeholder="100" />
            <NumberField form={form} path={[...row, 'tier']} label="Tier" placeholder="0" />
            <NumberField form={form} path={[...row, 'maxRate']} label="At most, per s" placeholder="no limit" />
          </>
        )}
      />
      <SelectField
        form={form}
        path={['distribution']}
        label="Distribution in the kernel"
        options={DISTRIBUTIONS}
        fallback="maglev-5-tuple"
      />
      <PolicyFields form={form} />
    </div>
  );
}

function PolicyFields({ form }: { readonly form: FormState }): JSX.Element {
  const at = (field: string): readonly string[] => ['policy', field];
  return (
    <fieldset>
      <legend>Policy</legend>
      <ErrorsAt form={form} path={['policy']} />
      <div class="pairs">
        <SelectField form={form} path={at('mode')} label="Shares are decided" options={MODES} fallback="automatic" />
        <NumberField form={form} path={at('targetUtilizationPercent')} label="Fill origins up to, %" placeholder="80" />
        <NumberField form={form} path={at('maxLatencyMs')} label="Latency limit, ms" placeholder="no limit" />
        <SelectField
          form={form}
          path={at('latencyMode')}
          label="The limit is"
          options={LATENCY_MODES}
          fallback="soft"
        />
        <NumberField form={form} path={at('maxShiftPercent')} label="Largest move a cycle, points" placeholder="2" />
        <NumberField
          form={form}
          path={at('overloadMaxShiftPercent')}
          label="Away from overload, points"
          placeholder="25"
        />
      </div>
      <CheckField form={form} path={at('frozen')} label="Frozen: shares stay as they are" />
    </fieldset>
  );
}
