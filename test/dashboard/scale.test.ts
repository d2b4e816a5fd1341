/** A list of thousands of executions and a graph of a thousand tasks stay correct; `npm run fluency` measures their speed. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { startBrowser, test, type TestBrowser, type Tab } from '../harness/browser-harness.js';
import { submit } from '../harness/fixtures.js';
import { sized } from '../harness/size.js';

const EXECUTIONS = sized(1_000, 10_000);
const BROAD = 25;
const MOST_BOXES = 150;

let browser: TestBrowser;
let tab: Tab;
beforeAll(async () => {
  browser = await startBrowser();
  await define('small', [task('t0', 'Alone', [])]);
  await define(
    'thousand',
    Array.from({ length: 1_000 }, (_, n) => {
      const [layer, place] = [Math.floor(n / BROAD), n % BROAD];
      const before = [0, 1, 7].map((step) => `t${(layer - 1) * BROAD + ((place + step) % BROAD)}`);
      return task(`t${n}`, `Layer ${layer} task ${place}`, layer === 0 ? [] : before);
    }),
  );
  await browser.system.owner.query(
    `insert into workflow_executions (workflow_id, workflow_version_id, tenant_id, user_id, status, error_code,
       created_at, started_at, completed_at)
     select w.id, v.id, u.tenant_id, u.id, case when n % 10 = 0 then 'failed' else 'succeeded' end,
       case when n % 10 = 0 then 'model_error' end, moment.past, moment.past, moment.past
     from generate_series(1, $1) n
     cross join lateral (select ledger_now() - n * interval '1 minute' as past) moment
     join workflow_definitions w on w.workflow_id = 'small'
     join workflow_versions v on v.workflow_id = w.id
     join users u on u.email = 'admin@localhost'`,
    [EXECUTIONS],
  );
  tab = await browser.signedIn();
}, 60_000);
afterAll(() => browser.stop());

const task = (taskId: string, name: string, dependsOn: string[]) => ({
  taskId,
  name,
  dependsOn,
  type: 'transform',
  inputMapping: { a: '1' },
});

async function define(workflowId: string, tasks: ReturnType<typeof task>[]): Promise<void> {
  const answer = await browser.system.ask('POST', '/v1/workflows', {
    workflowId,
    name: workflowId,
    category: 'test',
    inputSchema: { type: 'object' },
    tasks,
  });
  expect(answer.status, await answer.text()).toBe(201);
}

const rows = (page: Page) => page.locator('#main tbody tr[data-row]');
const idsOf = (page: Page) =>
  rows(page)
    .locator('a')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href')));

test('a list shows fifty rows, then more without repeats, and an event reloads the first page only', async () => {
  const { page, visit, complaints } = tab;
  await visit('/executions');
  for (const shown of [50, 100, 150, 200]) {
    await expect.poll(() => rows(page).count()).toBe(shown);
    expect(new Set(await idsOf(page)).size).toBe(shown);
    if (shown < 200) await page.getByRole('button', { name: 'Show more' }).click();
  }

  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/v1/executions?')) asked.push(new URL(request.url()).search);
  });
  const id = await submit(browser.system, 'small');
  await page.getByRole('button', { name: '1 new execution' }).waitFor();
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.filter((search) => search.includes('cursor'))).toEqual([]);
  expect(await idsOf(page)).not.toContain(`/executions/${id}`);
  await page.getByRole('button', { name: '1 new execution' }).click();
  await expect.poll(async () => (await idsOf(page))[0]).toBe(`/executions/${id}`);
  await expect.poll(() => rows(page).count()).toBe(200);
  // The first row still follows its execution.
  await rows(page).first().getByText('Succeeded').waitFor();

  await page.getByLabel('Status', { exact: true }).selectOption('failed');
  await page.waitForURL(/status=failed/);
  await visit('/executions?status=failed');
  await expect.poll(() => rows(page).count()).toBe(50);
  expect(await rows(page).getByText('Failed').count()).toBe(50);
  expect(complaints).toEqual([]);
});

test('a graph of a thousand tasks draws only what is in view, and each task can be found', async () => {
  const { page, visit, complaints } = tab;
  await visit('/workflows/thousand');
  const boxes = page.getByRole('list', { name: 'Tasks' }).getByRole('listitem');
  const world = page.locator('div:has(> ol[aria-label=Tasks])');
  const place = () => world.evaluate((element) => element.getAttribute('style') ?? '');
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const scale = async () => Number(/scale\((.+)\)/.exec(await place())?.[1]);
  await page.getByText('1000 tasks').or(page.getByText('1,000 tasks')).first().waitFor();
  // From this distance the boxes are one drawing.
  await expect.poll(() => boxes.count()).toBe(0);
  const whole = await place();

  await page.getByLabel('Find a task').fill('layer 20 task 7');
  await page.getByText('1 found').waitFor();
  await page.getByLabel('Find a task').press('Enter');
  await page.waitForURL(/task=t507/);
  const found = page.locator('[data-id=t507]');
  await expect.poll(() => found.getAttribute('aria-pressed')).toBe('true');
  await expect.poll(scale).toBe(1);
  const [box, view] = [await found.boundingBox(), await world.locator('xpath=..').boundingBox()];
  if (!box || !view) throw new Error('The task or its graph is not in sight.');
  expect(box.x).toBeGreaterThan(view.x);
  expect(box.x + box.width).toBeLessThan(view.x + view.width);
  expect(box.y).toBeGreaterThan(view.y);
  expect(box.y + box.height).toBeLessThan(view.y + view.height);
  expect(await boxes.count()).toBeGreaterThan(1);
  expect(await boxes.count()).toBeLessThan(MOST_BOXES);

  const before = await place();
  await page.mouse.move(view.x + view.width / 2, view.y + view.height - 5);
  await page.mouse.down();
  await page.mouse.move(view.x + view.width / 2 + 300, view.y + view.height - 105, { steps: 5 });
  await page.mouse.up();
  expect(await place()).not.toBe(before);
  await press('Zoom out');
  await expect.poll(scale).toBeLessThan(1);
  await press('Zoom in');
  await expect.poll(scale).toBeCloseTo(1);
  await press('Fit the whole graph');
  await expect.poll(place).toBe(whole);
  await expect.poll(() => boxes.count()).toBe(1);
  expect(complaints).toEqual([]);
});
