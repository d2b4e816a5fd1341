/** A model's whole life, driven by an administrator in the browser alone. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import { startBrowser, test, type TestBrowser } from '../harness/browser-harness.js';

let browser: TestBrowser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.stop());

test(
  'an administrator registers, reviews, uses, reprices, restores and retires a model',
  { timeout: 240_000 },
  async () => {
    const { page, visit, complaints } = await browser.signedIn();
    const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
    const press = (name: string | RegExp) =>
      button(name)
        .or(page.getByRole('main').getByRole('link', { name, exact: true }))
        .first()
        .click();
    const box = (name: string | RegExp) => page.getByRole('textbox', { name });
    const dialog = page.getByRole('dialog');
    const pick = async (label: string, option: string) => {
      await page.getByRole('combobox', { name: label, exact: true }).click();
      await page.getByRole('option', { name: option, exact: true }).click();
    };

    // Register it, with two licences and a dependency.
    await page.getByRole('navigation').getByRole('link', { name: 'Models' }).click();
    await press('New model');
    await box('Model id').fill('parrot');
    await box('Display name').fill('Parrot');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('parrot');
    await box('Category').fill('test');
    await box('Container image').fill('echo:1');
    await box('Instance type').fill('ml.g5.12xlarge');
    await box('Execution role').fill('arn:aws:iam::000000000000:role/radiant');
    for (const [index, [name, value]] of [
      ['MODEL_NAME', 'echo'],
      ['ECHO_SECONDS', '0.1'],
      ['STANDIN_WARMUP_SECONDS', '1'],
    ].entries()) {
      await button('Add to environment').click();
      await box(`Environment, name ${index + 1}`).fill(name as string);
      await box(`Environment, value of ${name}`).fill(value as string);
    }
    await box('Hourly rate').fill('7.2');
    await box('Per request').fill('0.50');
    for (const [spdx, words] of [
      ['Apache-2.0', null],
      ['CC-BY-4.0', 'Parrot by its makers, CC BY 4.0.'],
    ] as const) {
      await button('Add a licence').click();
      await dialog.getByRole('combobox', { name: 'SPDX id' }).fill(spdx);
      await dialog.getByRole('combobox', { name: 'Commercial use' }).click();
      await page.getByRole('option', { name: 'Allowed', exact: true }).click();
      if (words) {
        await dialog.getByRole('switch', { name: /Attribution is required/ }).check({ force: true });
        await dialog.getByRole('textbox', { name: 'Attribution' }).fill(words);
      }
      await dialog.getByRole('button', { name: 'Add the licence' }).click();
      await dialog.waitFor({ state: 'detached' });
    }
    expect(await page.getByRole('list', { name: 'To fix' }).allInnerTexts()).toEqual([]);
    await button('Create the model').click();
    await page.getByRole('heading', { level: 1, name: 'Parrot' }).waitFor();
    // Review its licences, so that it may be used.
    await page.getByRole('tab', { name: 'Licences' }).click();
    for (const spdx of ['Apache-2.0', 'CC-BY-4.0']) {
      await page
        .getByRole('row', { name: new RegExp(spdx) })
        .getByRole('button', { name: 'Review' })
        .click();
      await dialog.getByRole('radio', { name: /^Compliant/ }).check();
      await dialog.getByRole('textbox', { name: 'Note' }).fill('Read the text and the model card.');
      await dialog
        .getByRole('button', { name: /review/i })
        .last()
        .click();
      await dialog.waitFor({ state: 'detached' });
    }

    // Make a workflow that uses it.
    await page.getByRole('navigation').getByRole('link', { name: 'Workflows' }).click();
    await press('New workflow');
    await box('Id').fill('says_it_again');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Says it again');
    await box('Category').fill('test');
    await page.getByRole('tab', { name: /^Parameters/ }).click();
    await button('Add a parameter').click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('words');
    await box('Label').fill('Words');
    await page.getByRole('tab', { name: /^Tasks/ }).click();
    await button('Add a task').click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Say it');
    await pick('Model', 'Parrot');
    await page.getByRole('heading', { name: 'No errors' }).waitFor();
    await button('Create the workflow').click();
    await page.getByRole('heading', { level: 1, name: 'Says it again' }).waitFor();

    // Run it: its duration is not known yet, so the first quote omits the price of the time.
    const rail = page.getByRole('complementary', { name: 'Before you run' });
    const quoted = async () => {
      const line = rail.locator('dt', { hasText: 'Requests' }).locator('xpath=following-sibling::dd');
      return (await line.allInnerTexts()).join();
    };
    await press('Run');
    await box('Words').fill('hello there');
    await rail.getByText('GPU, time not known').waitFor();
    expect(await quoted()).toBe('$0.50');
    await rail.getByRole('button', { name: /^Run/ }).click();
    await page.waitForURL(/executions/);
    const head = page.locator('header').first();
    await expect.poll(() => head.innerText(), { timeout: 30_000 }).toMatch(/succeeded/i);
    await page.getByText('parameters: 1 field').click();
    await page.getByText('"hello there"').waitFor();
    await page
      .getByRole('button', { name: 'Run again like this' })
      .or(page.getByRole('link', { name: 'Run again like this' }))
      .first()
      .click();
    await rail.getByText('GPU, time not known').waitFor({ state: 'detached', timeout: 40_000 });
    await expect.poll(quoted, { timeout: 40_000 }).toBe('$0.50');

    // Change the price after viewing the difference.
    await visit('/models/parrot?tab=pricing');
    await box('Per request').fill('0.80');
    await page.getByText('0.50').first().waitFor();
    await button('Save 1 change').click();
    await button('Save 1 change').waitFor({ state: 'detached' });
    await visit('/workflows/says_it_again/run');
    await box('Words').fill('hello there');
    await expect.poll(quoted, { timeout: 15_000 }).toBe('$0.80');

    // Restore the version before, from the history.
    await visit('/models/parrot?tab=history');
    await button('Restore version 1').click();
    await dialog.getByRole('button', { name: 'Restore version 1' }).click();
    await page.getByText('version 5').first().waitFor();
    await page.getByRole('tab', { name: 'Pricing' }).click();
    await expect.poll(() => box('Per request').inputValue(), { timeout: 10_000 }).toBe('0.50');

    // Correct one licence and remove the other; the NOTICE lists the one that is left.
    await page.getByRole('tab', { name: 'Licences' }).click();
    await button('Remove Apache-2.0').click();
    await dialog.getByRole('button', { name: 'Remove Apache-2.0' }).click();
    await dialog.waitFor({ state: 'detached' });
    await button('Edit CC-BY-4.0').click();
    await dialog.getByRole('textbox', { name: 'Attribution' }).fill('Parrot, with thanks.');
    await dialog.getByRole('button', { name: 'Save the licence' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await page.getByRole('row', { name: /Apache-2.0/ }).count()).toBe(0);
    await visit('/licences');
    const [notice] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'NOTICE of the catalogue' }).click(),
    ]);
    const noticeText = await readFile(await notice.path(), 'utf8');
    expect(noticeText).toContain('Parrot, with thanks.');
    expect(noticeText).not.toContain('by its makers');

    // Retire it: its endpoint is turned off, as the page and the provider's records show.
    const isOn = () =>
      browser.system.standIn
        .ledger()
        .endpoints.filter(({ endpointName }) => endpointName.includes('parrot'))
        .map(({ spans }) => spans.some(({ to }) => to === null));
    expect(isOn()).toEqual([true]);
    await visit('/models/parrot');
    await button('More actions').click();
    await page.getByRole('menuitem', { name: /^Retire Parrot/ }).click();
    await dialog.getByRole('textbox', { name: 'Type parrot to confirm' }).fill('parrot');
    await dialog.getByRole('button', { name: 'Retire Parrot' }).click();
    await page.waitForURL(/models$/);
    await page.getByRole('link', { name: 'Parrot' }).waitFor({ state: 'detached', timeout: 30_000 });
    await expect.poll(isOn, { timeout: 30_000 }).toEqual([false]);
    expect(complaints).toEqual([]);
  },
);
