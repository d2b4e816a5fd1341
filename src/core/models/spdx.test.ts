import { expect, test } from 'vitest';
import { licenseChange, licenseFields } from './model-fields.js';
import { isSpdx, SPDX_LICENSES, normalizeSpdx, termsOf } from './spdx.js';
import { NON_COMMERCIAL, SHARE_ALIKE } from './spdx-terms.js';

test.each([
  ['MIT', false, false],
  ['CC-BY-NC-4.0', true, false],
  ['CC-BY-NC-SA-4.0', true, true],
  ['PolyForm-Noncommercial-1.0.0', true, false],
  ['NCSA', false, false],
  ['GPL-3.0-or-later', false, true],
  ['GPL-2.0+', false, true],
  ['GPL-2.0-only WITH Classpath-exception-2.0', false, true],
  ['CC-BY-NC-4.0 OR MIT', false, false],
  ['MIT OR CC-BY-NC-4.0', false, false],
  ['CC-BY-NC-4.0 AND MIT', true, false],
  ['CC-BY-NC-4.0 OR PolyForm-Noncommercial-1.0.0', true, false],
  ['MIT AND CC-BY-NC-4.0 OR GPL-3.0-only', false, true],
  ['MIT AND (CC-BY-NC-4.0 OR Apache-2.0)', false, false],
  ['CC-BY-NC-4.0 AND (MIT OR GPL-3.0-only)', true, false],
  ['LicenseRef-my-NC', false, false],
  ['no licence', false, false],
])('%s: not commercial %s, share alike %s', (text, nonCommercial, shareAlike) => {
  expect(termsOf(text)).toEqual({ nonCommercial, shareAlike });
});

test.each([
  ['mit', 'MIT'],
  [' apache-2.0  or cc-by-nc-4.0 ', 'Apache-2.0 OR CC-BY-NC-4.0'],
  ['gpl-2.0-only with classpath-exception-2.0', 'GPL-2.0-only WITH Classpath-exception-2.0'],
  ['(MIT and lgpl-2.1+)', '(MIT AND LGPL-2.1+)'],
  ['LicenseRef-Mine', 'LicenseRef-Mine'],
])('%s is normalised to %s', (given, written) => {
  expect(normalizeSpdx(given)).toBe(written);
  expect(isSpdx(normalizeSpdx(given))).toBe(true);
});

test('every name in the data is an SPDX id', () => {
  expect([...NON_COMMERCIAL, ...SHARE_ALIKE].filter((id) => !isSpdx(id))).toEqual([]);
  expect(SPDX_LICENSES.find(({ id }) => id === 'CC-BY-NC-SA-4.0')).toMatchObject({
    nonCommercial: true,
    shareAlike: true,
  });
});

test.each([
  [{ spdx: 'cc-by-nc-sa-4.0' }, { spdx: 'CC-BY-NC-SA-4.0', commercialUse: false, shareAlike: true }],
  [{ spdx: 'MIT' }, { commercialUse: undefined, shareAlike: false }],
  [{ spdx: 'MIT', commercialUse: true }, { commercialUse: true }],
  [
    { spdx: 'LicenseRef-Bought', commercialUse: true },
    { commercialUse: true, shareAlike: false },
  ],
])('a licence %o gets the terms of SPDX', (given, kept) => {
  expect(licenseFields.parse({ type: 'code', ...given })).toMatchObject(kept);
  expect(licenseChange.parse({ type: 'code', ...given })).toMatchObject(kept);
});

test.each([licenseFields, licenseChange])(
  'commercial use that SPDX terms forbid cannot be allowed',
  (fields) => {
    const { error } = fields.safeParse({
      type: 'code',
      spdx: 'PolyForm-Noncommercial-1.0.0',
      commercialUse: true,
    });
    expect(error?.issues).toMatchObject([{ path: ['commercialUse'] }]);
  },
);
