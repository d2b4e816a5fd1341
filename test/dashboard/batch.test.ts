/** Promise: a file with many sequences is one form, one price, one list of results, and one CSV file. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import { openDesk, test, type Desk } from '../harness/browser-harness.js';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.stop());

const FASTA = [
  '>alpha first of three\nMVLSPADKTNVKAAWGKVGAHAGEYGAEALERMF',
  '>beta no protein\nMVLSPADKTNVKAAWGKVGAHAGEYGAEALERM1',
  '>gamma\nMVLSPADKTNVKAAWGKVGAHAGEYG',
].join('\n');

test('three sequences in one file: two run, one is named as what cannot, and their numbers stand side by side', async () => {
  const { page, visit, complaints } = await desk.signedIn();
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
  expect(complaints).toEqual([]);
});
