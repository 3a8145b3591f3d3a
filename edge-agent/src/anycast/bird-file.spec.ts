import { describe, expect, it } from 'vitest';
import { renderBirdFile } from './bird-file.js';

describe('renderBirdFile', () => {
  it('writes a route for each address, in a stable order', async () => {
    const text = renderBirdFile(['203.0.113.11', '2001:0db8::10', '203.0.113.10', '203.0.113.10']);
    await expect(text).toMatchFileSnapshot('../../../test/golden/announcement.bird.conf');
  });

  it('keeps both protocols when nothing is announced, since filters may name them', async () => {
    await expect(renderBirdFile([])).toMatchFileSnapshot('../../../test/golden/no-announcement.bird.conf');
  });
});
