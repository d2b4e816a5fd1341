import { expect, test } from 'vitest';
import { base64Of, isBase64, sizeOfBase64 } from './base64';

test.each([0, 1, 2, 3, 100, 8_191, 8_192, 20_000])('%i bytes there and back', (length) => {
  const bytes = Uint8Array.from({ length }, (_, at) => (at * 7) % 256);
  const text = base64Of(bytes);
  expect(text).toBe(Buffer.from(bytes).toString('base64'));
  expect(sizeOfBase64(text)).toBe(length);
});

test.each([
  [Buffer.from(Array.from({ length: 90 }, (_, at) => at)).toString('base64'), true],
  ['MVLSPADKTNVKAAWGKVGAHAGEYGAEALERMFLSFPTTKTYFPHFDLSHGSAQVKGHGKKVADALTNAVAHV', false],
  ['a sentence of many words, which is quite long and holds no base64 whatever one may think of it 1', false],
  ['QUJD', false],
])('%s', (text, is) => expect(isBase64(text)).toBe(is));
