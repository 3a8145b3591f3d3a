import { defaultServerConditions, type UserConfig } from 'vite';

const CONDITIONS = ['source', ...defaultServerConditions];

/** What all bundles have in common: imports of ours lead to the sources, and what comes from elsewhere goes in as well. */
export const BUNDLING = {
  resolve: { conditions: CONDITIONS },
  ssr: { noExternal: true, resolve: { conditions: CONDITIONS } },
} as const satisfies UserConfig;

/** The oldest Node that Weir runs on. */
export const BUNDLE_TARGET = 'node20';
