import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findChromium } from '#testkit/chromium.js';
import { type ControlPlaneProcess, startControlPlane } from '#testkit/control-plane-process.js';
import { eventually } from '#testkit/eventually.js';
import { freePorts } from '#testkit/free-port.js';
import { describeWith } from '#testkit/real-part.js';
import { accessibilityProblems, ConsoleBrowser, LAPTOP, PHONE, takePicture } from './console-browser.js';
import { type DemoProcess, startDemo } from './demo-process.js';

const BUILT = join(import.meta.dirname, '../../dist/console');
const MOST_BYTES = 150_000;

/** Too short to sign in with on some machines: then another lives twice as long. */
const SHORTEST_TOKEN_LIFE_MS = 3_000;

/** What a browser transfers: the compressed form of what has one. */
async function transferredBytes(): Promise<number> {
  const files = await readdir(BUILT, { recursive: true, withFileTypes: true });
  const names = files.filter((file) => file.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const plain = names.filter((name) => !/\.(br|gz)$/.test(name));
  const sent = plain.map((name) => (names.includes(`${name}.gz`) ? `${name}.gz` : name));
  return (await Promise.all(sent.map(async (name) => (await stat(name)).size))).reduce((sum, size) => sum + size, 0);
}

describe('the console as it is built', () => {
  it('is small', async () => {
    const bytes = await transferredBytes();
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(MOST_BYTES);
  });
});

/** Presses a button, and then the one that confirms it in the dialogue that opens. */
async function confirm(page: Page, button: string, verb: string): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: verb, exact: true }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

describeWith('the console', await findChromium(), (program) => {
  let browser: ConsoleBrowser;

  beforeAll(async () => {
    browser = await ConsoleBrowser.launch(program);
  });
  afterAll(async () => {
    await browser.close();
  });

  describe('on a control plane that asks for tokens', () => {
    let controlPlane: ControlPlaneProcess;
    /** Of each test its own, so that none begins where another failed. */
    let page: Page;
    let complaints: readonly string[];

    const call = (method: string, path: string, body?: object) =>
      fetch(`${controlPlane.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${controlPlane.token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });

    async function signIn(token: string): Promise<void> {
      await page.getByLabel('Token').fill(token);
      await page.getByRole('button', { name: 'Sign in' }).click();
    }

    /** As an admin, at this page of the console. */
    async function enter(address: string): Promise<void> {
      await page.goto(`${controlPlane.url}/${address}`);
      await signIn(controlPlane.token);
      await page.getByRole('link', { name: 'Overview' }).waitFor();
    }

    async function issueToken(body: object): Promise<string> {
      const issued = await call('POST', '/v1/tokens', { role: 'viewer', ...body });
      return ((await issued.json()) as { readonly secret: string }).secret;
    }

    beforeAll(async () => {
      const [port = 0] = await freePorts(1);
      controlPlane = await startControlPlane({ port, environment: { WEIR_CYCLE_SECONDS: '1' } });
      await call('PUT', '/v1/origins/near', {
        region: 'eu',
        endpoints: [{ address: '192.0.2.1' }],
        capacity: { rate: 200 },
      });
      await call('PUT', '/v1/edges/ams-1', { site: 'ams', region: 'eu' });
    });
    afterAll(async () => {
      await controlPlane.stop();
    });

    beforeEach(async () => {
      ({ page, complaints } = await browser.open(controlPlane.url));
    });
    afterEach(async () => {
      await page.context().close();
      expect(complaints, 'forbidden by the content security policy, or thrown').toEqual([]);
    });

    it('lets nobody in without a token that is taken', async () => {
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      await signIn(`weir_0000000000_${'x'.repeat(43)}`);
      await page.getByRole('alert').getByText('This token is not taken').waitFor();
      await signIn(controlPlane.token);
      await page.getByRole('heading', { name: 'Nothing to steer yet.' }).waitFor();
    });

    it('creates a load balancer by keyboard, and says at each field what is wrong there', async () => {
      await enter('#/');
      await page.getByRole('link', { name: 'Create one' }).click();
      const address = page.getByRole('textbox', { name: 'Address' });
      await address.fill('nowhere');
      await page.getByRole('button', { name: 'Remove listener 1' }).press('Enter');
      const wrong = page.getByRole('group', { name: 'address 1' }).getByText('must be an IPv4 or IPv6 address');
      await wrong.waitFor();
      expect(await address.getAttribute('aria-invalid')).toBe('true');
      expect(await address.getAttribute('aria-describedby')).toBe(await wrong.getAttribute('id'));
      await page.getByRole('group', { name: 'Listeners' }).locator('.wrong').waitFor();
      await takePicture(page, 'form');
      expect(await accessibilityProblems(page)).toEqual([]);
      expect(await page.getByRole('button', { name: 'Create' }).isDisabled()).toBe(true);

      await address.fill('203.0.113.10');
      const type = async (...keys: readonly string[]): Promise<void> => {
        for (const key of keys) await page.keyboard.press(key);
      };
      await page.getByRole('button', { name: 'Add a listener' }).focus();
      await type('Enter');
      // The focus goes into the row that comes, where protocol and port are.
      await page.getByRole('group', { name: 'listener 1' }).locator(':focus').waitFor();
      await type('Tab', '4', '4', '3');
      await page.getByRole('textbox', { name: 'Dial, %' }).focus();
      await type('5', '0', 'Tab', '1');
      await page.getByText('+   "distribution": "maglev-5-tuple",').waitFor();
      await page.getByRole('button', { name: 'Create' }).press('Enter');
      await page.getByRole('heading', { name: 'shop', exact: true }).waitFor();
      expect(await (await call('GET', '/v1/load-balancers/shop')).json()).toMatchObject({
        addresses: ['203.0.113.10'],
        listeners: [{ protocol: 'TCP', port: 443 }],
        origins: [{ origin: 'near', dialPercent: 50, tier: 1 }],
      });
      await call('DELETE', '/v1/load-balancers/shop');
    });

    const declareShop = () =>
      call('PUT', '/v1/load-balancers/shop', {
        addresses: ['203.0.113.10'],
        listeners: [{ protocol: 'TCP', port: 443 }],
        origins: [{ origin: 'near' }],
      });

    it('shows the form and the JSON of one draft, and says what is wrong where no field is', async () => {
      await declareShop();
      await enter('#/load-balancers/shop');
      await page.getByRole('link', { name: 'Edit' }).click();
      const name = page.getByRole('textbox', { name: 'Name' });
      await name.waitFor();
      expect(await name.isEditable()).toBe(false);
      await page.getByRole('combobox', { name: 'Shares are decided' }).selectOption('manual');
      // Shares by hand have no field; the group around them tells.
      await page.getByRole('group', { name: 'Policy' }).locator('.wrong').first().waitFor();
      await page.getByRole('button', { name: 'JSON' }).click();
      const text = page.getByRole('textbox', { name: 'As JSON' });
      expect(await text.inputValue()).toContain('"mode": "manual"');
      await text.fill('{');
      await page.getByRole('button', { name: 'Form' }).click();
      await page.getByText('no form can show it').waitFor();
      await page.getByRole('link', { name: 'Cancel' }).click();
    });

    it('overwrites nobody else’s change', async () => {
      await declareShop();
      await enter('#/load-balancers/shop');
      await page.getByRole('link', { name: 'Edit' }).click();
      await page.getByRole('button', { name: 'JSON' }).click();
      const text = page.getByRole('textbox');
      await text.waitFor();
      const draft = (await text.inputValue()).replace('"port": 443', '"port": 8443');
      await text.fill(draft);
      await page.getByText('The control plane would take this.').waitFor();
      const changed = JSON.parse(draft.replace('"labels": {}', '"labels": { "team": "web" }')) as object;
      await call('PUT', '/v1/load-balancers/shop', changed);
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Somebody else changed it').waitFor();
      await page.getByRole('button', { name: 'Compare with the newest' }).click();
      await page.getByText('−     "team": "web"').waitFor();
      await page.getByRole('link', { name: 'Cancel' }).click();
      await confirm(page, 'Delete', 'Delete');
      await page.getByRole('heading', { name: 'Load balancers' }).waitFor();
      expect((await call('GET', '/v1/load-balancers/shop')).status).toBe(404);
    });

    it('goes back to the door when its token is revoked, and says why', async () => {
      await page.goto(`${controlPlane.url}/#/`);
      await signIn(await issueToken({ name: 'looker' }));
      await page.getByRole('link', { name: 'Overview' }).waitFor();
      expect((await call('DELETE', '/v1/tokens/looker')).status).toBe(204);
      // By its address: whatever the page asks by itself may have brought it to the door already, where no links are.
      await page.goto(`${controlPlane.url}/#/origins`);
      await page.getByRole('alert').getByText('expired or was revoked').waitFor();
      await signIn(controlPlane.token);
      await page.getByRole('heading', { name: 'Origins' }).waitFor();
    });

    it('goes back to the door when its token expires under its eyes', async () => {
      const expiresAtMs = await enterForAWhile(SHORTEST_TOKEN_LIFE_MS);
      await page.getByRole('alert').getByText('expired or was revoked').waitFor();
      expect(Date.now()).toBeGreaterThan(expiresAtMs);
      await signIn(controlPlane.token);
      await page.getByRole('heading', { name: 'Origins' }).waitFor();
    });

    /** Signs in with a token that ends by itself, and answers when: after so long, or a multiple of it on a slow machine. */
    async function enterForAWhile(lifeMs: number): Promise<number> {
      await page.goto(`${controlPlane.url}/#/origins`);
      const expiresAtMs = Date.now() + lifeMs;
      await signIn(await issueToken({ name: `guest-${lifeMs}`, expiresAt: new Date(expiresAtMs).toISOString() }));
      const tooLate = page.getByText('This token is not taken');
      await tooLate
        .or(page.getByRole('heading', { name: 'Origins' }))
        .or(page.getByText('expired or was'))
        .waitFor();
      if (!(await tooLate.isVisible())) return expiresAtMs;
      await page.reload();
      return enterForAWhile(2 * lifeMs);
    }

    it('says that the connection is lost, and goes on by itself when it is back', async () => {
      const { dataDirectory, url } = controlPlane;
      await enter('#/origins');
      await page.getByRole('cell', { name: 'near', exact: true }).waitFor();
      await controlPlane.kill();
      await page.getByRole('alert').getByText('Connection lost').waitFor();
      await takePicture(page, 'connection-lost');
      controlPlane = await startControlPlane({
        dataDirectory,
        port: Number(new URL(url).port),
        environment: { WEIR_CYCLE_SECONDS: '1' },
      });
      await page.getByRole('alert').waitFor({ state: 'detached' });
      await call('PUT', '/v1/origins/late', { region: 'eu', endpoints: [{ address: '192.0.2.2' }] });
      await page.getByRole('cell', { name: 'late', exact: true }).waitFor();
    });
  });

  describe('on the demo, with its traffic', () => {
    let demo: DemoProcess;
    let page: Page;
    let complaints: readonly string[];

    beforeAll(async () => {
      demo = await startDemo(['--quick', '--no-kill', '--keep-running']);
    });
    afterAll(async () => {
      await demo.stop();
    });

    beforeEach(async () => {
      ({ page, complaints } = await browser.open(demo.url));
    });
    afterEach(async () => {
      await page.context().close();
      expect(complaints, 'forbidden by the content security policy, or thrown').toEqual([]);
    });

    it('shows a spill as it happens: what moved, why, and where it goes', async () => {
      await page.getByRole('heading', { name: /^near is|^All is well/ }).waitFor();
      const decisions = page.getByRole('region', { name: 'Recent decisions' });
      await decisions
        .getByText(/moved from near to far in this cycle, faster than usual because of overload/)
        .first()
        .waitFor();
      const flow = page.getByRole('region', { name: 'From edges to origins' });
      await flow.getByText('As a table').click();
      await eventually(async () => {
        expect(await flow.getByRole('row').count()).toBe(5);
      });
      const load = page.getByRole('region', { name: 'Load against capacity' });
      await load.getByText('As a table: Load of near over time').click();
      await eventually(async () => {
        expect(await load.getByRole('cell', { name: '200', exact: true }).count()).toBeGreaterThan(3);
      });
      await takePicture(page, 'overview');
      expect(await accessibilityProblems(page)).toEqual([]);
    });

    it('explains every decision of an edge to whoever has no mouse', async () => {
      await page.getByRole('link', { name: 'shop' }).first().click();
      const chart = page.getByRole('img', { name: /^Shares of ams-1 over time/ });
      // Cycle by cycle, back to one that moved something.
      await eventually(async () => {
        await chart.press('ArrowLeft');
        await page
          .getByText(/points moved/)
          .first()
          .waitFor({ timeout: 1_000 });
      });
      await page.getByRole('row', { name: /ams-1 up/ }).waitFor();
      const table = page.getByRole('region', { name: 'Shares of ams-1 over time', exact: true });
      // While shares move, so do lines of text, and with them what is clicked at.
      await eventually(async () => {
        if (!(await table.isVisible())) await page.getByText('As a table: Shares of ams-1 over time').click();
        await table.waitFor({ timeout: 1_000 });
      });
      await table
        .getByRole('row', { name: /points moved/ })
        .first()
        .waitFor();
      await takePicture(page, 'load-balancer');
      expect(await accessibilityProblems(page)).toEqual([]);
    });

    it('draws what would be, and changes nothing', async () => {
      await page.getByRole('link', { name: 'What if' }).click();
      await page.getByRole('heading', { name: 'As it is now' }).waitFor();
      await page.getByRole('slider', { name: 'all demand is' }).fill('1.5');
      await page.getByRole('region', { name: 'Where it would settle' }).waitFor();
      await page.getByRole('slider', { name: 'near', exact: true }).fill('2');
      await page.getByRole('region', { name: 'Where it would settle' }).waitFor();
      await page
        .getByRole('region', { name: 'The difference from now' })
        .getByText(/of capacity/i)
        .waitFor();
      await takePicture(page, 'what-if');
      expect(await accessibilityProblems(page)).toEqual([]);
      const origin = (await (await fetch(`${demo.url}/v1/origins/near`)).json()) as { capacity: { rate: number } };
      expect(origin.capacity.rate).toBe(200);
    });

    it('drains an origin once it is confirmed, and takes it back', async () => {
      await page.getByRole('link', { name: 'Origins', exact: true }).click();
      await page.getByRole('button', { name: 'Drain: near' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
      await confirm(page, 'Drain: near', 'Drain');
      await page.getByRole('row', { name: /near eu draining/ }).waitFor();
      await page.getByRole('link', { name: 'Events' }).click();
      await page.getByText('changed origins/near').first().waitFor();
      await page.getByRole('link', { name: 'Origins', exact: true }).click();
      await confirm(page, 'Take back into use: near', 'Take back into use');
      await page.getByRole('row', { name: /near eu active/ }).waitFor();
    });

    it('freezes the scheduler once it is confirmed, and says so until it is resumed', async () => {
      await confirm(page, 'Freeze', 'Freeze');
      await page.getByText('The scheduler is frozen; the last plan stays in force').waitFor();
      await confirm(page, 'Resume', 'Resume');
      await page.getByText('The scheduler is frozen').waitFor({ state: 'detached' });
    });

    it.each([
      { address: '#/', ...PHONE },
      { address: '#/edges', ...LAPTOP },
      { address: '#/events', ...LAPTOP, colours: 'dark' as const },
    ])('can be read and used at $address, $width wide, $colours', async ({ address, ...look }) => {
      await page.context().close();
      ({ page, complaints } = await browser.open(`${demo.url}/${address}`, look));
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.getByRole('link', { name: 'Overview' }).waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      expect(overflow).toBeLessThanOrEqual(0);
      await takePicture(page, `page-${look.width}-${look.colours}`);
    });
  });
});
