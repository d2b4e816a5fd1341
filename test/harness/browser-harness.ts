/** A whole Radiant with its built dashboard, and a real browser to use it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { expect, inject, test as anywhere } from 'vitest';
import { launchOptions } from '../../scripts/chromium.mjs';
import { startTestSystem, type TestSystem, type TestSystemOptions } from './system.js';

export const BUILT = join(import.meta.dirname, '../../dist/dashboard');

/** A test that needs a browser. Without one it is skipped, and `test/harness/global.ts` prints the reason once. */
export const test = anywhere.skipIf(inject('browser') === null);

export interface Tab {
  page: Page;
  /** Errors of the browser: console errors, uncaught errors, and refusals by the content security policy. */
  complaints: string[];
  /** Goes to a page and waits until it has loaded everything. */
  visit: (path: string) => Promise<void>;
}

export interface TestBrowser {
  system: TestSystem;
  /** A browser profile that is signed in, and its first tab. */
  signedIn(options?: Parameters<Browser['newContext']>[0]): Promise<Tab>;
  /** Another tab; with `beside` it shares that tab's session. */
  tab(beside?: Tab, options?: Parameters<Browser['newContext']>[0]): Promise<Tab>;
  stop(): Promise<void>;
}

/** Writes refusals by the policy to the console; otherwise nobody would see them. */
const LOG_REFUSALS = `document.addEventListener('securitypolicyviolation', (event) =>
  console.error('CSP', event.violatedDirective, event.blockedURI, event.sourceFile, event.lineNumber));`;

/** The first visit asks who is signed in, and the answer is 401. */
const isFirstQuestion = (url: string, text: string): boolean =>
  url.endsWith('/v1/session') && text.includes('401');

async function openTab(context: BrowserContext, system: TestSystem): Promise<Tab> {
  await context.addInitScript({ content: LOG_REFUSALS });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(`${page.url()}: ${message}`));
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() === 'error' && !isFirstQuestion(message.location().url, text))
      complaints.push(`${page.url()}: ${text} ${message.location().url}`);
  });
  const visit = async (path: string) => {
    await page.goto(`${system.url}${path}`);
    await page.locator('h1').first().waitFor();
    await expect
      .poll(() => page.locator('.mantine-Skeleton-root:visible, [aria-busy=true]').count(), {
        timeout: 20_000,
        message: `${path} is still loading`,
      })
      .toBe(0);
  };
  return { page, complaints, visit };
}

export async function startBrowser(options: TestSystemOptions = {}): Promise<TestBrowser> {
  if (!existsSync(join(BUILT, 'index.html')))
    throw new Error('These tests need the built dashboard: run `npm run build`.');
  const system = await startTestSystem({
    ...options,
    config: { dashboardDir: BUILT, ...options.config },
  });
  const browser = await chromium.launch(inject('browser') ?? (await launchOptions()));
  const tab: TestBrowser['tab'] = async (beside, shape = { viewport: { width: 1440, height: 900 } }) =>
    // Without animations: a dialog that still moves can be missed by a click on a busy machine.
    openTab(
      beside ? beside.page.context() : await browser.newContext({ reducedMotion: 'reduce', ...shape }),
      system,
    );
  return {
    system,
    tab,
    async signedIn(shape) {
      const first = await tab(undefined, shape);
      await signIn(first, system);
      return first;
    },
    async stop() {
      await browser.close();
      await system.stop();
    },
  };
}

export async function signIn({ page }: Tab, { url, key }: TestSystem): Promise<void> {
  await page.goto(url);
  await page.getByLabel('API key').fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
}
