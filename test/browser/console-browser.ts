import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Looked at by people; not kept with the code. */
const PICTURES = join(import.meta.dirname, '../../browser-output');

/** Ask for less when the machine is slow, and a test fails for it; more when it hangs. */
const PATIENCE_MS = 60_000;

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

export interface Look {
  readonly width: number;
  readonly height: number;
  readonly colours: 'light' | 'dark';
}

export const LAPTOP: Look = { width: 1_440, height: 900, colours: 'light' };
export const PHONE: Look = { width: 390, height: 844, colours: 'dark' };

/** What a page wrote to its console or threw, that is not as it should be. */
export interface OpenPage {
  readonly page: Page;
  readonly complaints: readonly string[];
}

/** One Chromium, and pages in it that do not know each other. */
export class ConsoleBrowser {
  private constructor(private readonly browser: Browser) {}

  static async launch(program: string): Promise<ConsoleBrowser> {
    // Chromium refuses its sandbox to root, as which tests run in containers.
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    return new ConsoleBrowser(await chromium.launch({ executablePath: program, args }));
  }

  async open(url: string, { width, height, colours }: Look = LAPTOP): Promise<OpenPage> {
    const context = await this.browser.newContext({
      viewport: { width, height },
      colorScheme: colours,
      reducedMotion: 'reduce',
      // Only what is injected to judge a page needs it; what a page itself may do is tested without.
      bypassCSP: false,
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      // Chromium tells of every refused request, and some of them are what a test is about.
      const isExpected = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isExpected) complaints.push(message.text());
    });
    await page.goto(url);
    return { page, complaints };
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}

/** Keeps a picture of the page as it is. */
export async function takePicture(page: Page, name: string, directory = PICTURES): Promise<void> {
  await mkdir(directory, { recursive: true });
  await page.screenshot({ path: join(directory, `${name}.png`) });
}

interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

/** What axe-core finds seriously wrong with how accessible the page is; one line for each. */
export async function accessibilityProblems(page: Page): Promise<readonly string[]> {
  // Evaluated by the debugger, which no content security policy binds.
  await page.evaluate(await readFile(AXE, 'utf8'));
  const violations = await page.evaluate<readonly Finding[]>('axe.run().then(({ violations }) => violations)');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
}
