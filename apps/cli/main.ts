#!/usr/bin/env node
import { run } from './run.js';

/*
 * weirctl, the operators' command line:
 *
 *     program     the commands and their options                              program.ts, commands/
 *     contexts    which control plane, and who we are there                   contexts/
 *     manifests   declared resources: read, compare, apply                    manifests/
 *     output      tables for people, JSON and YAML for programs               output/
 *     failure     what went wrong, what to do next, and the exit code         failure.ts, exit-codes.ts
 */
process.exitCode = await run(process.argv.slice(2), {
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
  environment: process.env,
});
