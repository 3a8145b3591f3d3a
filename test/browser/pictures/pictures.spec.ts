import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, it } from 'vitest';
import { findChromium } from '#testkit/chromium.js';
import { describeWith } from '#testkit/real-part.js';
import { ConsoleBrowser, LAPTOP, type Look, PHONE, takePicture } from '../console-browser.js';
import { type DemoProcess, startDemo } from '../demo-process.js';

/** Makes the pictures of the documentation again, with the demo's traffic in them. */
const DIRECTORY = join(import.meta.dirname, '../../../docs/images');

/** Long enough that the spill and what follows it is in the charts. */
const CYCLES_TO_SEE = 45;
const SETTLED_MS = 1_500;

interface Picture {
  readonly name: string;
  readonly address: string;
  readonly look: Look;
  readonly prepare?: (page: Page) => Promise<void>;
}

const DARK: Look = { ...LAPTOP, colours: 'dark' };

async function supposeMoreDemand(page: Page): Promise<void> {
  await page.getByRole('slider', { name: 'all demand is' }).fill('1.5');
  await page.getByRole('region', { name: 'Where it would settle' }).waitFor();
}

async function showFirstOverload(page: Page): Promise<void> {
  const chart = page.getByRole('img', { name: /^Shares of ams-1/ });
  await chart.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
}

const PICTURES: readonly Picture[] = [
  { name: 'console-overview-light', address: '#/', look: LAPTOP },
  { name: 'console-overview-dark', address: '#/', look: DARK },
  { name: 'console-load-balancer-light', address: '#/load-balancers/shop', look: LAPTOP, prepare: showFirstOverload },
  { name: 'console-what-if-dark', address: '#/what-if', look: DARK, prepare: supposeMoreDemand },
  { name: 'console-overview-phone', address: '#/', look: { ...PHONE, colours: 'light' } },
  { name: 'console-overview-phone-dark', address: '#/', look: PHONE },
];

describeWith('the pictures of the documentation', await findChromium(), (program) => {
  let browser: ConsoleBrowser;
  let demo: DemoProcess;

  beforeAll(async () => {
    browser = await ConsoleBrowser.launch(program);
    demo = await startDemo(['--no-kill', '--keep-running'], CYCLES_TO_SEE);
  });
  afterAll(async () => {
    await browser.close();
    await demo.stop();
  });

  it.each(PICTURES)('takes $name', async ({ name, address, look, prepare }) => {
    const { page } = await browser.open(`${demo.url}/${address}`, look);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await prepare?.(page);
    await page.waitForTimeout(SETTLED_MS);
    await takePicture(page, name, DIRECTORY);
    await page.context().close();
  });
});
