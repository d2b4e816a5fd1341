import { expect, test } from 'vitest';
import { attributionsOf, catalogueNotice, noticeText, type Used } from './attribution.js';

const FOLD: Used = {
  taskIds: ['predict', 'align'],
  model: {
    id: 'fold',
    displayName: 'Fold 2',
    version: '2.3',
    repository: 'https://example.org/fold',
    licenses: [
      {
        id: 'a',
        type: 'model_weights',
        spdx: 'CC-BY-4.0',
        url: 'https://creativecommons.org/licenses/by/4.0/',
        commercialUse: true,
        attributionRequired: true,
        attributionText:
          'Jumper, J. et al. Nature 596, 583–589 (2021), who have to be named wherever anything of it is shown.\r\nAnd\u0007this.\n\n',
        shareAlike: false,
        complianceStatus: 'compliant',
        lastComplianceReview: null,
        expiresAt: null,
      },
      {
        id: 'b',
        type: 'database',
        spdx: 'LicenseRef-own',
        url: null,
        commercialUse: true,
        attributionRequired: false,
        attributionText: null,
        shareAlike: true,
        complianceStatus: 'compliant',
        lastComplianceReview: null,
        expiresAt: null,
      },
    ],
    dependencies: [
      { name: 'BFD', type: 'database', sizeGb: null, license: 'CC-BY-SA-4.0', required: true, notes: null },
      { name: 'Extra', type: 'database', sizeGb: null, license: null, required: false, notes: null },
    ],
  },
};
const BARE: Used = {
  taskIds: ['rank'],
  model: { id: 'rank', displayName: 'Rank', version: null, repository: null, licenses: [], dependencies: [] },
};
const SOURCE = { executionId: 'e-1', workflowId: 'folding', workflowVersion: '1.0.0' };

test('names the models, their terms and their dependencies', () => {
  const { models, shareAlike } = attributionsOf([FOLD, BARE]);
  expect(models).toMatchObject([
    {
      modelId: 'fold',
      taskIds: ['align', 'predict'],
      licenses: [{ spdx: 'CC-BY-4.0', attributionRequired: true }, { spdx: 'LicenseRef-own' }],
      dependencies: [
        { name: 'BFD', shareAlike: true },
        { name: 'Extra', shareAlike: false },
      ],
    },
    { modelId: 'rank', licenses: [], dependencies: [] },
  ]);
  expect(shareAlike).toEqual([
    { modelId: 'fold', component: 'database', spdx: 'LicenseRef-own' },
    { modelId: 'fold', component: 'BFD', spdx: 'CC-BY-SA-4.0' },
  ]);
  expect(JSON.stringify(models)).not.toMatch(/complianceStatus|commercialUse/);
});

test('as a text with wrapped lines', () => {
  const text = noticeText(SOURCE, attributionsOf([FOLD, BARE]));
  expect(text).toBe(`NOTICE

Made by workflow folding 1.0.0, execution e-1.
Keep this notice with the output and with everything derived from it.

--------------------------------------------------------------------------------

Fold 2 (fold 2.3)
https://example.org/fold
Tasks: align, predict

model weights: CC-BY-4.0
  https://creativecommons.org/licenses/by/4.0/
  Jumper, J. et al. Nature 596, 583–589 (2021), who have to be named wherever
  anything of it is shown.
  And this.

database: LicenseRef-own

Depends on:
  - BFD (database): CC-BY-SA-4.0
  - Extra (database): no licence stated, optional

--------------------------------------------------------------------------------

Rank (rank)
Tasks: rank

--------------------------------------------------------------------------------

Share alike

What is derived from these may be shared only under the same terms:

  - database of fold: LicenseRef-own
  - BFD of fold: CC-BY-SA-4.0
`);
});

test('a word that is too long has its own line, and repeated terms are listed once', () => {
  const long = `https://example.org/${'x'.repeat(100)}`;
  const repository = { ...BARE, model: { ...BARE.model, repository: long } };
  expect(noticeText(SOURCE, attributionsOf([repository])).split('\n')).toContain(long);
  const twice = noticeText(SOURCE, attributionsOf([FOLD, FOLD]));
  expect(twice.match(/BFD of fold/g)).toHaveLength(1);
});

test('without a model the notice says so', () => {
  expect(attributionsOf([])).toEqual({ models: [], shareAlike: [] });
  expect(noticeText(SOURCE, attributionsOf([]))).toBe(
    'NOTICE\n\nMade by workflow folding 1.0.0, execution e-1.\nNo model contributed to this output.\n',
  );
});

test('a catalogue has a notice before any run', () => {
  const text = catalogueNotice([FOLD.model, BARE.model]);
  expect(text).toMatch(/^NOTICE\n\nThe 2 models of this catalogue, and their terms\.\n/);
  expect(text).toContain('Fold 2 (fold 2.3)');
  expect(text).not.toContain('Tasks:');
});
