import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { settingsOf } from './setting.js';

describe('settingsOf', () => {
  it('tells default, range and meaning of each variable', () => {
    const optional = <Schema extends z.ZodType>(schema: Schema) => z.preprocess((value) => value || undefined, schema);
    const settings = settingsOf(
      z.object({
        NAME: z.string('must be set').describe('Who'),
        PORT: z.coerce.number().int().min(0).max(65_535).default(8080).describe('Where'),
        PACE: optional(z.coerce.number().min(0.1).max(5).default(1)).describe('How fast'),
        URL: z.url().optional().describe('Whom'),
        MODE: z.enum(['on', 'off']).default('on').describe('Whether'),
        MAP: z
          .string()
          .transform((text) => new Map([[text, text]]))
          .prefault('')
          .describe('What for what'),
      }),
    );
    expect(settings).toEqual([
      { name: 'NAME', default: null, range: '', meaning: 'Who' },
      { name: 'PORT', default: '8080', range: 'whole number, 0 to 65,535', meaning: 'Where' },
      { name: 'PACE', default: '1', range: 'number, 0.1 to 5', meaning: 'How fast' },
      { name: 'URL', default: '', range: 'URL', meaning: 'Whom' },
      { name: 'MODE', default: 'on', range: '`on`, `off`', meaning: 'Whether' },
      { name: 'MAP', default: '', range: '', meaning: 'What for what' },
    ]);
  });

  it('refuses a variable nobody could understand', () => {
    expect(() => settingsOf(z.object({ NAME: z.string() }))).toThrow('NAME has no description');
  });
});
