/** Every page, in both themes: axe finds no violation, the policy refuses nothing, and the console has no error. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, vi } from 'vitest';
import { startBrowser, test, type TestBrowser, type Tab } from '../harness/browser-harness.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';

const WORKFLOW = 'protein_folding_alphafold2';
const SEQUENCE = 'MVLSPADKTNVKAAWGKVGAHAGEYGAEALERMF';
const FOLDER = join(import.meta.dirname, '../../dashboard/src/pages');

/** axe checks each tab of a page as a page of its own. */
const TABS: Record<string, readonly string[]> = {
  '/models/$id': ['licences', 'dependencies', 'thermal', 'pricing', 'executions', 'history'],
  '/workflows/$id': ['parameters', 'schemas', 'versions', 'history', 'api'],
  '/executions/$id': ['input', 'parameters', 'events', 'attributions'],
  '/settings': ['views', 'tenants', 'users'],
};

const ROUTES = readdirSync(FOLDER).flatMap((group) =>
  [...readFileSync(join(FOLDER, group, 'routes.ts'), 'utf8').matchAll(/path: '(\/[^']*)'/g)].flatMap(
    ([, path = '']) => [path, ...(TABS[path] ?? []).map((tab) => `${path}?tab=${tab}`)],
  ),
);

/** The rules to run: a theme changes colours only. */
const THEMES = [
  ['light', '{}'],
  ['dark', '{ runOnly: ["color-contrast", "link-in-text-block"] }'],
] as const;

let browser: TestBrowser;
let folded: string;
let plain: string;
let approval: string;
let schedule: string;
let trigger: string;
beforeAll(async () => {
  browser = await startBrowser();
  const { system } = browser;
  await registerEchoModel(system, 'echo');
  await publishWorkflow(system, 'echoing', [{ id: 'one', model: 'echo' }]);
  folded = await submit(system, WORKFLOW, { sequence: SEQUENCE, numModels: 2 });
  plain = await submit(system, 'echoing', {});
  const made = await system.ask('POST', '/v1/schedules', {
    workflowId: 'echoing',
    name: 'nightly',
    cron: '30 2 * * *',
    timeZone: 'Europe/Berlin',
    request: { parameters: {} },
  });
  schedule = ((await made.json()) as { id: string }).id;
  await system.ask('POST', `/v1/schedules/${schedule}/run`);
  const hook = await system.ask('POST', '/v1/triggers', {
    workflowId: 'echoing',
    name: 'pushes',
    scheme: 'github',
    secret: 'env:RADIANT_SECRET_HOOK_PAGES',
    parameters: {},
  });
  trigger = ((await hook.json()) as { id: string }).id;
  const form = { type: 'object', properties: { seats: { type: 'integer' } }, required: ['seats'] };
  const rule = { text: '"Publish it?"', form, timeoutSeconds: 3600 };
  await publishWorkflow(system, 'asking', [
    { id: 'ask', type: 'approval', config: { approval: rule }, input: { seen: 'params' } },
  ]);
  await submit(system, 'asking');
  approval = await vi.waitFor(async () => {
    const { items } = (await (await system.ask('GET', '/v1/approvals')).json()) as {
      items: { id: string }[];
    };
    expect(items).toHaveLength(1);
    return String(items[0]?.id);
  });
  for (const id of [folded, plain])
    await vi.waitFor(
      async () => {
        const { status } = (await (await system.ask('GET', `/v1/executions/${id}`)).json()) as {
          status: string;
        };
        expect(status).toBe('succeeded');
      },
      { timeout: 60_000, interval: 250 },
    );
}, 90_000);
afterAll(() => browser.stop());

function addressOf(route: string): string {
  if (route.startsWith('/schedules/$id')) return route.replace('$id', schedule);
  if (route === '/schedules/new') return `${route}?workflowId=echoing`;
  if (route === '/triggers/$id') return route.replace('$id', trigger);
  if (route === '/approvals/$id') return route.replace('$id', approval);
  if (route === '/executions/compare') return `${route}?a=${folded}&b=${plain}`;
  const id = route.startsWith('/models') ? 'alphafold2' : route.startsWith('/workflows') ? WORKFLOW : folded;
  return route.replace('$id', id);
}

describe('a page', () => {
  let tab: Tab;
  beforeAll(async () => {
    tab = await browser.signedIn();
    // The debugger injects it, which the content security policy permits; it stays for the page's life.
    await tab.page.addInitScript({ content: axe.source });
  });

  test.each(ROUTES)('%s', async (route) => {
    const { page, complaints } = tab;
    complaints.length = 0;
    await tab.visit(addressOf(route));
    expect(await page.getByRole('alert').allTextContents()).toEqual([]);
    for (const [colorScheme, rules] of THEMES) {
      // Motion is off, so that no colour is checked in transition.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
      const { violations } = await page.evaluate<axe.AxeResults>(`axe.run(document, ${rules})`);
      const found = violations.flatMap(({ id, help, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id} (${help}): ${html.slice(0, 300)} ${failureSummary}`),
      );
      expect(found, colorScheme).toEqual([]);
    }
    expect(complaints).toEqual([]);
  });
});

test('the sign-in page, before anybody has signed in', async () => {
  const tab = await browser.tab();
  await tab.page.addInitScript({ content: axe.source });
  await tab.visit('/');
  const { violations } = await tab.page.evaluate<axe.AxeResults>('axe.run(document)');
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  expect(tab.complaints).toEqual([]);
});
