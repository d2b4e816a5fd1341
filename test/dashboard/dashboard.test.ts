/** The main tasks of users, in a browser against a whole Radiant. */
import { afterAll, beforeAll, expect } from 'vitest';
import { startBrowser, test, type TestBrowser } from '../harness/browser-harness.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';

const SEQUENCE = 'MVLSPADKTNVKAAWGKVGAHAGEYGAEALERMF';

let browser: TestBrowser;
beforeAll(async () => {
  browser = await startBrowser();
  await publishWorkflow(browser.system, 'for_ever', [
    { id: 'wait', type: 'wait', config: { wait: { seconds: 3_600 } } },
  ]);
});
afterAll(() => browser.stop());

test('a user gets from the first visit to a folded structure', async () => {
  const { page, complaints } = await browser.signedIn();
  await page.getByRole('navigation').getByRole('link', { name: 'Workflows' }).click();
  await page.getByRole('link', { name: /^Run AlphaFold 2/ }).click();
  await page
    .getByRole('textbox', { name: /sequence/i })
    .first()
    .fill(SEQUENCE);
  const rail = page.getByRole('complementary', { name: 'Before you run' });
  await rail.getByText('Cost, about').waitFor();
  await rail.getByRole('button', { name: /^Run for about \$\d+\.\d\d$/ }).click();

  await page.waitForURL(/\/executions\/[\w-]{36}/);
  await expect
    .poll(() => page.locator('header').first().innerText(), { timeout: 40_000 })
    .toMatch(/succeeded/i);

  await page.getByRole('heading', { level: 2, name: /^Synthetic structure/ }).waitFor();
  await page.locator('canvas').first().waitFor();
  const mean = page.locator('dt', { hasText: 'Mean pLDDT' }).locator('xpath=following-sibling::dd');
  const shownMean = Number(await mean.innerText());
  const id = /executions\/([\w-]{36})/.exec(page.url())?.[1];
  const { output } = (await (await browser.system.ask('GET', `/v1/executions/${id}`)).json()) as {
    output: { confidence: { meanPlddt: number } };
  };
  expect(shownMean).toBeCloseTo(output.confidence.meanPlddt, 0);

  await page.getByText('Attributions', { exact: true }).click();
  await page.getByRole('region', { name: 'Attributions' }).getByText('CC-BY-SA-4.0').first().waitFor();
  const [notice] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download NOTICE' }).click(),
  ]);
  expect(notice.suggestedFilename()).toBe('NOTICE.txt');
  expect(complaints).toEqual([]);
});

test('when two tabs edit one model, the second save shows what the first one changed', async () => {
  const first = await browser.signedIn();
  const second = await browser.tab(first);
  for (const { visit } of [first, second]) await visit('/models/alphafold2');
  const name = (tab: typeof first) => tab.page.getByRole('textbox', { name: 'Display name' });
  // The second tab does not receive the first one's change, as if its stream were broken.
  await second.page.getByRole('button', { name: 'Pause live updates' }).click();
  await name(first).fill('AlphaFold two');
  await name(second).fill('AlphaFold II');
  await first.page.getByRole('button', { name: 'Save 1 change' }).click();
  await first.page.getByRole('heading', { level: 1, name: 'AlphaFold two' }).waitFor();
  await second.page.getByRole('button', { name: 'Save 1 change' }).click();

  await second.page.getByText('Somebody else saved meanwhile').waitFor();
  const conflict = second.page.getByRole('group', { name: /Display name, was/ });
  await conflict.getByRole('radio', { name: /Take theirs AlphaFold two/ }).waitFor();
  await conflict.getByRole('radio', { name: /Take mine AlphaFold II/ }).check();
  await second.page.getByRole('button', { name: 'Go on from their version' }).click();
  await second.page.getByRole('button', { name: 'Save 1 change' }).click();
  await second.page.getByRole('heading', { level: 1, name: 'AlphaFold II' }).waitFor();
  const { displayName } = (await (await browser.system.ask('GET', '/v1/models/alphafold2')).json()) as {
    displayName: string;
  };
  expect(displayName).toBe('AlphaFold II');
});

test('a workflow that somebody else saved meanwhile is compared before it is saved', async () => {
  const { system } = browser;
  await publishWorkflow(system, 'shared', [{ id: 'sleep', type: 'wait', config: { wait: { seconds: 1 } } }]);
  const { page, visit } = await browser.signedIn();
  await visit('/workflows/shared/edit?page=details');
  await page.getByRole('button', { name: 'Pause live updates' }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Mine');
  await page.getByRole('heading', { name: 'No errors' }).waitFor();
  const theirs = await system.ask('PATCH', '/v1/workflows/shared', { name: 'Theirs' });
  const { version } = (await theirs.json()) as { version: string };
  await page.getByRole('button', { name: 'Save as a new version' }).click();
  await page.getByRole('button', { name: `Compare with ${version}` }).click();
  await page.getByText('Theirs', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Save as a new version' }).click();
  await page.getByRole('heading', { level: 1, name: 'Mine' }).waitFor();
});

test('a user cancels an execution, and starts another from a task of it', async () => {
  const { system } = browser;
  await registerEchoModel(system, 'short');
  await publishWorkflow(system, 'in_two', [
    { id: 'one', model: 'short' },
    { id: 'two', model: 'short', after: ['one'] },
  ]);
  const { page, visit } = await browser.signedIn();
  const head = page.locator('header').first();

  const long = await submit(system, 'for_ever', {});
  await page.goto(`${system.url}/executions/${long}`);
  await page.getByRole('button', { name: 'Cancel execution', exact: true }).click();
  await page.getByRole('button', { name: `Cancel execution ${long.slice(0, 8)}` }).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  expect(await page.getByText('That did not work').count()).toBe(0);
  await expect.poll(() => head.innerText(), { timeout: 20_000 }).toMatch(/cancelled/i);

  const done = await submit(system, 'in_two', {});
  await page.goto(`${system.url}/executions/${done}?task=two`);
  await expect.poll(() => head.innerText(), { timeout: 30_000 }).toMatch(/succeeded/i);
  await page.getByRole('button', { name: 'Rerun' }).click();
  await page.getByRole('menuitem', { name: 'From two, keeping what came before' }).click();
  await page.waitForURL((url) => /executions\/[\w-]{36}/.test(url.href) && !url.href.includes(done));
  await page.getByRole('link', { name: done.slice(0, 8) }).waitFor();
  await expect.poll(() => head.innerText(), { timeout: 30_000 }).toMatch(/succeeded/i);
  await visit('/executions');
  expect(await page.getByRole('row', { name: /in_two/ }).count()).toBe(2);
});

test('the dashboard survives a restart of the server', async () => {
  const { system } = browser;
  const server = await system.open(['api']);
  const { page } = await browser.signedIn();
  // The session cookie belongs to the host, whatever its port.
  await page.goto(`${server.url}/models`);
  await page.getByRole('link', { name: 'AlphaFold', exact: false }).first().waitFor();
  const rows = await page.getByRole('row').count();
  const away = page.getByText(/The server has been away since/);
  await server.stop();
  await away.waitFor();
  // Shown data stays; missing data is fetched when the server is back.
  expect(await page.getByRole('row').count()).toBe(rows);
  // The banner stays while the requests of a new page are still open.
  const absences = await page.evaluateHandle<string[]>(`
    const seen = [];
    new MutationObserver(() => {
      if (!document.body.innerText.includes('The server has been away')) seen.push(location.pathname);
    }).observe(document.body, { childList: true, subtree: true });
    seen;`);
  for (const name of ['Workflows', 'Executions', 'Workflows']) {
    await page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
    await page.waitForURL(`**/${name.toLowerCase()}`);
    await page.waitForRequest('**/v1/**');
  }
  expect(await absences.jsonValue()).toEqual([]);
  await system.open(['api'], { port: Number(new URL(server.url ?? '').port) });
  await away.waitFor({ state: 'detached', timeout: 30_000 });
  await page.getByRole('link', { name: /^Run AlphaFold 2/ }).waitFor();

  // A gateway's error counts as a server that is away.
  await page.route('**/v1/**', (route) => route.fulfill({ status: 502, body: 'Bad Gateway' }));
  await page.getByRole('navigation').getByRole('link', { name: 'Models' }).click();
  await away.waitFor();
  await page.unroute('**/v1/**');
  await away.waitFor({ state: 'detached', timeout: 30_000 });
});

test('a paused page does not change; three of four executions are cancelled at once', async () => {
  const { system } = browser;
  const { page, visit } = await browser.signedIn();
  const head = page.locator('header').first();
  const id = await submit(system, 'for_ever', {});
  await page.goto(`${system.url}/executions/${id}`);
  await expect.poll(() => head.innerText()).toMatch(/pending/i);
  await page.getByRole('button', { name: 'Pause live updates' }).click();
  expect((await system.ask('POST', `/v1/executions/${id}/cancel`, {})).status).toBeLessThan(300);
  await expect
    .poll(async () => (await (await system.ask('GET', `/v1/executions/${id}`)).json()) as object)
    .toMatchObject({ status: 'cancelled' });
  expect(await head.innerText()).toMatch(/pending/i);
  await page.getByRole('button', { name: 'Resume updates' }).click();
  await expect.poll(() => head.innerText()).toMatch(/cancelled/i);

  const ids = [];
  for (let count = 0; count < 4; count += 1) ids.push(await submit(system, 'for_ever', {}));
  await visit('/executions?workflowId=for_ever&status=pending');
  for (const one of ids.slice(1)) await page.getByRole('checkbox', { name: `Select ${one}` }).check();
  await page.getByRole('button', { name: 'Cancel 3 executions' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel 3 executions' }).click();
  await page.getByText('3 executions cancelled').waitFor();
  await page.getByRole('checkbox', { name: `Select ${ids[3]}` }).waitFor({ state: 'detached' });
  expect(await page.getByRole('checkbox', { name: /^Select [0-9a-f]{8}/ }).count()).toBe(1);
  const { status } = (await (await system.ask('GET', `/v1/executions/${ids[0]}`)).json()) as {
    status: string;
  };
  expect(status).toBe('pending');
});

test('a user gets from the first visit to a structure by keyboard alone', { timeout: 180_000 }, async () => {
  const { page, complaints } = await browser.tab();
  const { keyboard } = page;
  const focused = () =>
    page.evaluate<string>(
      `(({ activeElement: at }) => [at.getAttribute('aria-label'), at.labels?.[0]?.innerText, at.matches('a,button') && at.innerText].find(Boolean) ?? '')(document)`,
    );
  const tabTo = async (name: RegExp) => {
    for (let steps = 0; steps < 80; steps += 1) {
      if (name.test(await focused())) return;
      await keyboard.press('Tab');
    }
    throw new Error(`${name} was not reached; the focus is on ${await focused()}`);
  };
  await page.goto(browser.system.url);
  await page.getByLabel('API key').waitFor();
  await tabTo(/API key/);
  await keyboard.type(browser.system.key);
  await keyboard.press('Enter');
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();

  await keyboard.press('Control+k');
  await page.getByPlaceholder('Pages, views, models').waitFor();
  await keyboard.type('alphafold2');
  // Whether an entry is already selected depends on when the answers arrive.
  const entry = page.locator('[data-action]', { hasText: 'alphafold2, ' });
  await expect
    .poll(async () => {
      const isSelected = (await entry.getAttribute('data-selected')) !== null;
      if (!isSelected) await keyboard.press('ArrowDown');
      return isSelected;
    })
    .toBe(true);
  await keyboard.press('Enter');
  await page.waitForURL('**/models/alphafold2');
  await page.getByRole('heading', { level: 1, name: /AlphaFold/ }).waitFor();
  await keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'hidden' });

  await keyboard.press('g');
  await keyboard.press('w');
  await page.getByRole('link', { name: /^Run AlphaFold 2/ }).waitFor();
  await tabTo(/^Run AlphaFold 2/);
  await keyboard.press('Enter');
  await page.getByRole('complementary', { name: 'Before you run' }).waitFor();
  await tabTo(/sequence/i);
  await keyboard.type(SEQUENCE);
  await page.getByText('Cost, about').waitFor();
  await tabTo(/^Run for about/);
  await keyboard.press('Enter');
  await page.waitForURL(/\/executions\/[\w-]{36}/);
  await page.getByRole('heading', { level: 2, name: /^Synthetic structure/ }).waitFor({ timeout: 40_000 });
  await tabTo(/^Download PDB/);
  const [file] = await Promise.all([page.waitForEvent('download'), keyboard.press('Enter')]);
  expect(file.suggestedFilename()).toMatch(/\.pdb$/);
  expect(complaints).toEqual([]);
});
