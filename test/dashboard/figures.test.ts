/** Pages show true figures to every role, with synthetic results marked and empty pages explained. */
import { afterAll, beforeAll, describe, expect, vi } from 'vitest';
import { startBrowser, signIn, test, type TestBrowser, type Tab } from '../harness/browser-harness.js';
import { openPeopleHarness, type People } from '../harness/people-harness.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';

const SEQUENCE = 'MVLSPADKTNVKAAWGKVGAHAGEYGAEALERMF';
const FOLD = 'protein_folding_alphafold2';

let browser: TestBrowser;
let admin: Tab;
let people: People;
let folded: string;
beforeAll(async () => {
  browser = await startBrowser();
  const { system } = browser;
  people = openPeopleHarness(system);
  await registerEchoModel(system, 'echo');
  await publishWorkflow(system, 'echoing', [{ id: 'one', model: 'echo' }]);
  folded = await submit(system, FOLD, { sequence: SEQUENCE, numModels: 1 });
  admin = await browser.signedIn();
  await vi.waitFor(
    async () =>
      expect((await people.ask('GET', `/v1/executions/${folded}`)).text).toMatch(
        /"status":"succeeded","priority"/,
      ),
    { timeout: 60_000, interval: 250 },
  );
}, 120_000);
afterAll(() => browser.stop());

describe('synthetic results', () => {
  test('are marked, and no conclusion is drawn from them', async () => {
    const { page, visit } = admin;
    await visit(`/executions/${folded}`);
    await page.getByText('Synthetic result', { exact: true }).waitFor();
    await page.getByRole('heading', { name: 'Synthetic scores' }).waitFor();
    const mainText = await page.getByRole('main').innerText();
    expect(mainText).toContain('they say nothing about the protein');
    expect(mainText).not.toMatch(
      /very high|confident|can be trusted|likely right|plausible|probably disordered/i,
    );
    await visit(`/executions/${folded}?task=structure_prediction`);
    expect(await page.getByText('Synthetic result', { exact: true }).count()).toBe(2);
    await visit(`/executions/compare?a=${folded}&b=${folded}`);
    await page.getByText('Both are made up by the stand-in').waitFor();
    await visit('/executions');
    await page
      .getByRole('row', { name: new RegExp(folded.slice(0, 8)) })
      .getByText('Synthetic')
      .waitFor();
  });
});

describe('dead ends', () => {
  test.each(['/workflwos', '/executions/a/b/c', '/nowhere/at/all?x=1'])('%s is a page', async (path) => {
    const { page } = admin;
    const response = await page.goto(`${browser.system.url}${path}`);
    expect(response?.status()).toBe(path.startsWith('/executions') ? 200 : 404);
    await page.getByRole('heading', { level: 1, name: 'Not found' }).waitFor();
    // Requests for programs, scripts and styles still get the plain answer.
    for (const accept of ['application/json', '*/*']) {
      const plain = await fetch(`${browser.system.url}/nowhere`, { headers: { accept } });
      expect([plain.status, plain.headers.get('content-type')]).toEqual([
        404,
        expect.stringContaining('application/problem+json'),
      ]);
    }
  });

  test('a user saves the current filter as a view', async () => {
    const { page, visit } = admin;
    await visit('/executions?status=failed');
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByLabel('Save what is shown as').fill('Failed ones');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await visit('/executions');
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('menuitem', { name: 'Failed ones' }).click();
    await page.waitForURL(/status=failed/);
  });

  test('a dialog lists the workflows that lose a model before it is disabled, and their pages show why they cannot run', async () => {
    const { page, visit } = admin;
    await visit('/models/echo');
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: /^Disable echo/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('1 workflow uses it').waitFor();
    await dialog.getByRole('link', { name: 'echoing' }).waitFor();
    await dialog.getByRole('button', { name: 'Disable echo' }).click();
    await dialog.waitFor({ state: 'detached' });
    await visit('/workflows/echoing');
    await page.getByText('Nothing runs on echo').waitFor();
    expect(await page.getByRole('link', { name: 'Run', exact: true }).count()).toBe(0);
    await visit('/workflows');
    await page
      .getByRole('row', { name: /echoing/ })
      .getByText('Cannot run: echo is not available')
      .waitFor();
    await people.ask('POST', '/v1/models/echo/restore', {});
    await visit('/workflows/echoing');
    await page
      .getByRole('button', { name: 'Run', exact: true })
      .or(page.getByRole('link', { name: 'Run', exact: true }))
      .waitFor();
  });

  test('a user restores an earlier version of a workflow', async () => {
    const { page, visit } = admin;
    const original = (await people.ask('GET', '/v1/workflows/echoing')).body as unknown as {
      version: string;
    };
    await people.ask('PATCH', '/v1/workflows/echoing', { name: 'Echoing louder' });
    await visit(`/workflows/echoing?tab=versions&version=${original.version}`);
    await page.getByRole('button', { name: `Restore ${original.version}` }).click();
    await page.getByRole('button', { name: `Restore version ${original.version}` }).click();
    await page.getByRole('heading', { level: 1, name: 'echoing', exact: true }).waitFor();
    expect((await people.ask('GET', '/v1/workflows/echoing')).body.name).toBe('echoing');
  });

  test('the page of keys fits a telephone', async () => {
    const phone = await browser.tab(undefined, { viewport: { width: 390, height: 844 } });
    await phone.page.goto(browser.system.url);
    await phone.page.getByLabel('API key').fill(browser.system.key);
    await phone.page.getByRole('button', { name: 'Sign in' }).click();
    await phone.page.getByRole('button', { name: 'Open the navigation' }).waitFor();
    await phone.visit('/keys');
    const revoke = phone.page.getByRole('button', { name: /^Revoke / }).first();
    const box = await revoke.boundingBox();
    expect(box && box.x + box.width).toBeLessThanOrEqual(390);
    expect(await phone.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  });
});

describe('a model of an external provider', () => {
  test('shows no instances and no price for being on, and cannot be turned off', async () => {
    const made = await people.ask('POST', '/v1/models', {
      modelId: 'elsewhere',
      name: 'elsewhere',
      displayName: 'Elsewhere',
      category: 'test',
      providerType: 'external',
      minTier: 3,
      deployment: { url: 'https://models.example/ask' },
      pricing: { hourlyRate: '9' },
      licenses: [{ type: 'code', spdx: 'MIT', commercialUse: true, complianceStatus: 'compliant' }],
    });
    expect([made.status, made.text]).toEqual([201, expect.stringContaining('"managed":false')]);
    const { page, visit } = admin;
    await visit('/models/elsewhere?tab=thermal');
    const mainText = await page.getByRole('main').innerText();
    expect(mainText).toContain('Another party keeps it running');
    expect(mainText).toContain('from tier 3 on');
    expect(mainText).not.toMatch(/\d instances?\b|per day|\$/);
    expect(await page.getByRole('button', { name: 'Warm now' }).count()).toBe(0);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: /^Disable/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('No workflow uses it.').waitFor();
    expect(await dialog.innerText()).not.toContain('turned off');
    // It runs no instances, so the queue page leaves it out.
    await visit('/queue');
    expect(await page.getByRole('row', { name: /elsewhere/i }).count()).toBe(0);
    await visit('/thermal');
    const row = page.getByRole('row', { name: /elsewhere/i });
    await row.getByText('External').waitFor();
    expect(await row.innerText()).not.toContain('$');
  });
});

describe('other roles', () => {
  const roles = [
    ['tenant_user', undefined],
    ['tenant_user', 'operator'],
  ] as const;

  test.each(roles)(
    '%s, %s: each page opens, or names the role that may open it',
    { timeout: 180_000 },
    async (role, as) => {
      const { key } = await people.inTenant(`acme-${as ?? role}`, role, as);
      const tab = await browser.tab();
      await signIn(tab, { ...browser.system, key });
      const model = `/models/alphafold2`;
      const workflow = `/workflows/${FOLD}`;
      const pages = [
        '/',
        '/executions',
        '/queue',
        '/models',
        model,
        `${model}?tab=thermal`,
        '/models/new',
        '/workflows',
        workflow,
        `${workflow}?tab=history`,
        `${workflow}?tab=versions`,
        `${workflow}/edit`,
        `${workflow}/run`,
        '/licences',
        '/thermal',
        '/costs',
        '/audit',
        '/keys',
        '/settings?tab=users',
      ];
      // Operators see that it ran, and not its results.
      if (as) pages.push(`/executions/${folded}`);
      for (const path of pages) {
        await tab.visit(path);
        const alerts = await tab.page.getByRole('alert').allInnerTexts();
        expect([path, alerts]).toEqual([path, []]);
      }
      expect(tab.complaints).toEqual([]);
      await tab.page.context().close();
    },
  );

  test('a billing administrator sees no internal costs', async () => {
    const { key, tenantId } = await people.inTenant('payers', 'tenant_admin');
    await people.ask('PATCH', `/v1/tenants/${tenantId}`, { tier: 5 });
    const asked = [
      await people.ask('GET', '/v1/models', undefined, key),
      await people.ask('GET', '/v1/models/alphafold2', undefined, key),
      await people.ask('POST', `/v1/workflows/${FOLD}/quote`, { parameters: { sequence: SEQUENCE } }, key),
      await people.ask('GET', '/v1/costs', undefined, key),
    ];
    expect(asked.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    for (const { text } of asked)
      expect(text).not.toMatch(/hourlyRate|perRequest|markup|gpuUsd|requestUsd|unitsUsd|loadedUsd|marginUsd/);
    const { text } = await people.ask('GET', '/v1/models/alphafold2');
    expect(text).toMatch(/hourlyRate/);
    const tab = await browser.tab();
    await signIn(tab, { ...browser.system, key });
    await tab.visit('/models/alphafold2');
    expect(await tab.page.getByRole('tab', { name: 'Pricing' }).count()).toBe(0);
    await tab.visit(`/workflows/${FOLD}/run`);
    await tab.page
      .getByRole('textbox', { name: /sequence/i })
      .first()
      .fill(SEQUENCE);
    const rail = tab.page.getByRole('complementary', { name: 'Before you run' });
    await rail.getByText('Cost, about').waitFor();
    expect(await rail.innerText()).not.toMatch(/markup/i);
  });
});
