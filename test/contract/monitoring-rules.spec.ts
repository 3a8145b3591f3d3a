import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { findPromtool } from '#testkit/prometheus-server.js';
import { describeWith } from '#testkit/real-part.js';

/* The configuration, rules and alerts that Weir ships for Prometheus, judged by Prometheus' own tool. */

const run = promisify(execFile);
const FOLDER = 'deploy/prometheus';
const RUNBOOK = '{{ or $externalLabels.weir_runbook "docs/runbook.md" }}';

const alertRulesSchema = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string(),
          expr: z.string(),
          for: z.string(),
          labels: z.strictObject({ severity: z.enum(['critical', 'warning']) }),
          annotations: z.strictObject({ summary: z.string(), description: z.string(), runbook_url: z.string() }),
        }),
      ),
    }),
  ),
});

const testsSchema = z.object({
  tests: z.array(
    z.object({
      name: z.string(),
      promql_expr_test: z.array(z.object({ exp_samples: z.array(z.object({ labels: z.string() })) })).default([]),
    }),
  ),
});

const { groups } = alertRulesSchema.parse(parse(await readFile(`${FOLDER}/alert.rules.yml`, 'utf8')));
const alerts = groups.flatMap(({ rules }) => rules);
const { tests } = testsSchema.parse(parse(await readFile(`${FOLDER}/alert.tests.yml`, 'utf8')));

describe('the alerts', () => {
  it.each(alerts)('$alert is seen firing by a test', ({ alert }) => {
    const firing = tests.flatMap((test) => test.promql_expr_test.flatMap(({ exp_samples }) => exp_samples));
    expect(firing.some(({ labels }) => labels.includes(`alertname="${alert}"`))).toBe(true);
  });

  it('lead each to an entry of the runbook, which has no entry for an alert that is not there', async () => {
    const runbook = await readFile('docs/runbook.md', 'utf8');
    const entries = [...runbook.matchAll(/^### (Weir\w+)$/gm)].map(([, name = '']) => name);
    expect(entries.sort()).toEqual(alerts.map(({ alert }) => alert).sort());
    for (const { alert, annotations } of alerts) {
      // The rest of the address is a template; promtool sees below what becomes of it.
      expect(annotations.runbook_url).toBe(`${RUNBOOK}#${alert.toLowerCase()}`);
    }
  });
});

describeWith('promtool', await findPromtool(), (promtool) => {
  it('finds nothing wrong with the configuration', async () => {
    await run(promtool, ['check', 'config', '--syntax-only', `${FOLDER}/prometheus.yml`]);
  });

  it.each(['recording', 'alert'])('finds nothing wrong with the %s rules', async (kind) => {
    await run(promtool, ['check', 'rules', '--lint=all', '--lint-fatal', `${FOLDER}/${kind}.rules.yml`]);
  });

  it('sees every alert fire when it should, and none when all is well', async () => {
    await run(promtool, ['test', 'rules', `${FOLDER}/alert.tests.yml`]);
  });
});
