/** Promise: a file with many sequences is one form, one price, one list of results and one CSV file. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import { startBrowser, test, type TestBrowser } from '../harness/browser-harness.js';

let browser: TestBrowser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.stop());

const FASTA = [
  '>alpha first of three\nMVLSPADKTNVKAAWGKVGAHAGEYGAEALERMF',
  '>beta no protein\nMVLSPADKTNVKAAWGKVGAHAGEYGAEALERM1',
  '>gamma\nMVLSPADKTNVKAAWGKVGAHAGEYG',
].join('\n');

test('of three sequences in one file two run, the third is reported as invalid, and the results are compared side by side', async () => {
  const { page, visit, complaints } = await browser.signedIn();
  await visit('/workflows/protein_folding_alphafold2/run');
  await page.getByLabel(/^FASTA file for/).setInputFiles({
    name: 'three.fasta',
    mimeType: 'text/plain',
    buffer: Buffer.from(FASTA),
  });
  await page.getByText('3 sequences, one execution each').waitFor();
  const rail = page.getByRole('complementary', { name: 'Before you run' });
  await rail.getByText('2 of 3').waitFor();
  expect(await rail.innerText()).toMatch(/beta no protein/);
  // A licence condition or a price of one sequence is shown for the file as well.
  await rail.getByText('Share alike').waitFor();
  await page.getByText('as for the first sequence that can run').waitFor();
  await page.getByRole('button', { name: 'Copy as' }).click();
  await page.getByRole('menuitem', { name: 'curl' }).click();
  await page.context().grantPermissions(['clipboard-read']);
  const copied = await page.evaluate<string>('navigator.clipboard.readText()');
  expect(copied).toContain('/v1/workflows/protein_folding_alphafold2/executions/batch');
  expect(copied.match(/"sequence":/g)).toHaveLength(3);
  await page.keyboard.press('Escape');
  await rail.getByRole('button', { name: 'Run 2 sequences' }).click();

  await page.waitForURL(/\/executions\/results\?tag=/);
  const results = page.locator('#main');
  await expect
    .poll(() => results.getByText('Succeeded', { exact: true }).count(), { timeout: 60_000 })
    .toBe(2);
  const words = await results.innerText();
  for (const word of ['alpha first of three', 'gamma', 'pLDDT', 'pTM', '34', '26'])
    expect(words).toContain(word);
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download CSV' }).click(),
  ]);
  const lines = (await readFile(await file.path(), 'utf8')).trim().split('\r\n');
  expect(lines).toHaveLength(3);
  expect(lines[0]).toContain('name,status,error,length,pLDDT,pTM');
  expect(lines[0]?.endsWith(',synthetic')).toBe(true);
  for (const line of lines.slice(1)) expect(line.endsWith(',true')).toBe(true);
  // The tag leads back to the batch from any of its executions.
  await results.getByRole('link', { name: 'gamma' }).click();
  await results.getByRole('link', { name: /^batch-/ }).click();
  await results.getByRole('link', { name: 'Compare results' }).click();
  await page.waitForURL(/\/executions\/results\?tag=batch-/);
  expect(complaints).toEqual([]);
});
