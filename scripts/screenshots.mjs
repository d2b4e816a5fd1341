/**
 * Every page of a running Radiant as pictures, as on a desktop and as on a phone, light and dark, in `.radiant/screenshots`:
 * `npm run screenshots -- [url] [file with a key] [part of the addresses]`.
 */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { launchOptions } from './chromium.mjs';

const [url = 'http://127.0.0.1:8080', keyFile = '.radiant/admin.key', wanted = ''] = process.argv.slice(2);
const root = join(import.meta.dirname, '..');
const folder = join(root, '.radiant/screenshots');

const DESKTOP = { viewport: { width: 1440, height: 900 } };
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const SHAPES = [
  { name: 'light', colorScheme: 'light', ...DESKTOP },
  { name: 'dark', colorScheme: 'dark', ...DESKTOP },
  { name: 'phone', colorScheme: 'light', ...PHONE },
  { name: 'phone-dark', colorScheme: 'dark', ...PHONE },
];

const key = readFileSync(keyFile, 'utf8').trim();
const addresses = (await everyAddress()).filter((address) => address.includes(wanted));
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch(await launchOptions());
try {
  for (const { name, ...shape } of SHAPES) {
    const context = await browser.newContext({ ...shape, reducedMotion: 'reduce' });
    await walk(await context.newPage(), name);
    await context.close();
  }
} finally {
  await browser.close();
}

async function walk(page, shape) {
  const shoot = async (title) => {
    await page.waitForFunction(
      () => !globalThis.document.querySelector('.mantine-Skeleton-root, [aria-busy=true]'),
    );
    // An editor measures its lines when it comes into view.
    await page.evaluate(async () => {
      for (let y = 0; y < globalThis.document.body.scrollHeight; y += 400) {
        globalThis.scrollTo(0, y);
        await new Promise((resolve) => globalThis.requestAnimationFrame(resolve));
      }
      globalThis.scrollTo(0, 0);
    });
    const path = join(folder, `${title}-${shape}.png`);
    await page.screenshot({ path, fullPage: true });
    process.stdout.write(`${path}\n`);
  };
  await page.goto(url);
  await page.getByLabel('API key').fill(key);
  await shoot('sign-in');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('#main h1').waitFor();
  for (const address of addresses) {
    await page.goto(url + address);
    await page.locator('#main h1').waitFor();
    const title = titleOf(address);
    await shoot(title);
    const others = page.locator('[role=tab][aria-selected=false]:visible');
    for (const name of await others.allInnerTexts()) {
      await page.getByRole('tab', { name }).click();
      await shoot(`${title}-${titleOf(name.toLowerCase())}`);
    }
  }
}

/** The pages that the dashboard's routes name, the newest of each kind in the place of a parameter. */
async function everyAddress() {
  const executions = await list('/v1/executions?status=succeeded');
  const first = {
    executions: executions[0]?.id,
    models: (await list('/v1/models'))[0]?.id,
    workflows: (await list('/v1/workflows'))[0]?.id,
  };
  const pages = join(root, 'dashboard/src/pages');
  const paths = readdirSync(pages).flatMap((group) =>
    [...readFileSync(join(pages, group, 'routes.ts'), 'utf8').matchAll(/path: '(\/[^']*)'/g)].map(
      ([, path]) => path,
    ),
  );
  return paths.flatMap((path) => {
    if (path.endsWith('/compare'))
      return executions.length > 1 ? [`${path}?a=${executions[0].id}&b=${executions[1].id}`] : [path];
    if (!path.includes('$id')) return [path];
    const id = first[path.split('/')[1]];
    return id ? [path.replace('$id', id)] : [];
  });
}

async function list(path) {
  const response = await fetch(url + path, { headers: { authorization: `Bearer ${key}` } });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: is the key in ${keyFile} right?`);
  return (await response.json()).items;
}

function titleOf(address) {
  const [path] = address.split('?');
  return (
    path
      .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'one')
      .replaceAll(/\W+/g, '-')
      .replace(/^-/, '') || 'overview'
  );
}
