/** The run form's priority works as described: 1 goes before 10, in whichever order the two are submitted. */
import { afterAll, beforeAll, expect } from 'vitest';
import { PRIORITY } from '../../src/core/priority.js';
import { startBrowser, test, type TestBrowser, type Tab } from '../harness/browser-harness.js';
import { registerEchoModel, publishWorkflow } from '../harness/fixtures.js';

let browser: TestBrowser;
let tab: Tab;
beforeAll(async () => {
  browser = await startBrowser();
  tab = await browser.signedIn();
});
afterAll(() => browser.stop());

const brake = (on: boolean) =>
  browser.system.ask('PUT', '/v1/thermal/brakes', {
    scaleIn: { paused: false },
    scaleOut: on
      ? { paused: true, reason: 'Until both have been asked for.', until: null }
      : { paused: false },
  });

async function run(workflow: string, priority: number): Promise<string> {
  const { page, visit } = tab;
  await visit(`/workflows/${workflow}/run`);
  await page.getByRole('button', { name: 'More options' }).click();
  const field = page.getByLabel('Priority');
  await page.getByText(PRIORITY.words).waitFor();
  await field.fill(String(priority));
  await page
    .getByRole('complementary', { name: 'Before you run' })
    .getByRole('button', { name: /^Run/ })
    .click();
  await page.waitForURL(/\/executions\/[\w-]{36}/);
  return /executions\/([\w-]{36})/.exec(page.url())?.[1] ?? '';
}

const startOf = async (id: string): Promise<string | null> => {
  const response = await browser.system.ask('GET', `/v1/executions/${id}`);
  return ((await response.json()) as { startedAt: string | null }).startedAt;
};

for (const order of [
  [PRIORITY.last, PRIORITY.first],
  [PRIORITY.first, PRIORITY.last],
])
  test(`submitted in the order ${order.join(', ')}: ${PRIORITY.first} begins first`, async () => {
    const name = `line_${order[0]}`;
    await registerEchoModel(browser.system, name, { maxInstances: 1, perInstance: 1 });
    await publishWorkflow(browser.system, name, [{ id: 'only', model: name }]);
    expect((await brake(true)).status).toBe(200);
    const ids = new Map<number, string>();
    for (const priority of order) ids.set(priority, await run(name, priority));
    expect((await brake(false)).status).toBe(200);
    const [first, last] = [PRIORITY.first, PRIORITY.last].map((priority) => ids.get(priority) as string);
    await expect.poll(() => startOf(last as string), { timeout: 30_000 }).not.toBeNull();
    expect(Date.parse((await startOf(first as string)) ?? '')).toBeLessThan(
      Date.parse((await startOf(last as string)) as string),
    );
    expect(tab.complaints).toEqual([]);
  });
