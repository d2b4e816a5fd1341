/** SPDX licence ids, and the terms of a licence expression. */
import { createRequire } from 'node:module';
import parse, { type Expression } from 'spdx-expression-parse';
import { NON_COMMERCIAL, SHARE_ALIKE } from './spdx-terms.js';

// Importing JSON as a module is experimental in Node 20.
const require = createRequire(import.meta.url);
const current = require('spdx-license-ids') as string[];
const deprecated = require('spdx-license-ids/deprecated') as string[];
const exceptions = require('spdx-exceptions') as string[];

export interface Terms {
  /** True if no alternative allows commercial use. */
  nonCommercial: boolean;
  /** True if every alternative requires derivatives to be shared under the same terms. */
  shareAlike: boolean;
}

/** The ids to choose from, with their terms. */
export const SPDX_LICENSES: readonly (Terms & { id: string })[] = current
  .toSorted((a, b) => a.localeCompare(b, 'en'))
  .map((id) => ({ id, nonCommercial: NON_COMMERCIAL.has(id), shareAlike: SHARE_ALIKE.has(id) }));

/** The spelling of each name, by its lower-case form. */
const SPELLINGS = new Map(
  [...deprecated, ...current, ...exceptions, 'AND', 'OR', 'WITH'].map((name) => [name.toLowerCase(), name]),
);

/** Corrects the case of names and operators to that of SPDX. */
export const normalizeSpdx = (text: string): string =>
  text
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/[\w.-]+/g, (word) => SPELLINGS.get(word.toLowerCase()) ?? word);

/** True for an id, an expression of several ids, or a `LicenseRef-`. */
export const isSpdx = (text: string): boolean => expressionIn(text) !== null;

/**
 * The mildest terms of the expression. Of alternatives (OR) one is chosen: first one that allows commercial use, then one
 * without share-alike. All parts of AND apply together. An invalid expression or a `LicenseRef-` has no known terms.
 */
export function termsOf(text: string): Terms {
  const expression = expressionIn(text);
  const [best = NOTHING] = expression ? alternativesOf(expression).sort((a, b) => weight(a) - weight(b)) : [];
  return best;
}

const NOTHING: Terms = { nonCommercial: false, shareAlike: false };
const weight = ({ nonCommercial, shareAlike }: Terms): number =>
  Number(nonCommercial) * 2 + Number(shareAlike);

/** At most four, because there are only four combinations of terms. */
function alternativesOf(expression: Expression): Terms[] {
  if ('license' in expression) {
    const { license } = expression;
    return [{ nonCommercial: NON_COMMERCIAL.has(license), shareAlike: SHARE_ALIKE.has(license) }];
  }
  const [left, right] = [alternativesOf(expression.left), alternativesOf(expression.right)];
  const all =
    expression.conjunction === 'or'
      ? [...left, ...right]
      : left.flatMap((one) => right.map((other) => both(one, other)));
  return [...new Map(all.map((terms) => [weight(terms), terms])).values()];
}

const both = (one: Terms, other: Terms): Terms => ({
  nonCommercial: one.nonCommercial || other.nonCommercial,
  shareAlike: one.shareAlike || other.shareAlike,
});

function expressionIn(text: string): Expression | null {
  try {
    return parse(text);
  } catch {
    return null;
  }
}
