/** Names of licences, as SPDX lists them, and what a licence expression asks for. */
import { createRequire } from 'node:module';
import parse, { type Expression } from 'spdx-expression-parse';
import { NON_COMMERCIAL, SHARE_ALIKE } from './spdx-terms.js';

// As a module, JSON is an experiment of Node 20.
const require = createRequire(import.meta.url);
const current = require('spdx-license-ids') as string[];
const deprecated = require('spdx-license-ids/deprecated') as string[];
const exceptions = require('spdx-exceptions') as string[];

export interface Terms {
  /** No alternative allows commercial use. */
  nonCommercial: boolean;
  /** Nor one that leaves the terms of what is made from it alone. */
  shareAlike: boolean;
}

/** The ids to choose from, with what each asks for. */
export const SPDX_LICENSES: readonly (Terms & { id: string })[] = current
  .toSorted((a, b) => a.localeCompare(b, 'en'))
  .map((id) => ({ id, nonCommercial: NON_COMMERCIAL.has(id), shareAlike: SHARE_ALIKE.has(id) }));

/** By its small letters, how each name is written. */
const SPELLINGS = new Map(
  [...deprecated, ...current, ...exceptions, 'AND', 'OR', 'WITH'].map((name) => [name.toLowerCase(), name]),
);

/** Names and operators as SPDX writes them, whatever their case; the rest as it is. */
export const normalizeSpdx = (text: string): string =>
  text
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/[\w.-]+/g, (word) => SPELLINGS.get(word.toLowerCase()) ?? word);

/** An id, several of them in an expression, or a `LicenseRef-` of one's own. */
export const isSpdx = (text: string): boolean => expressionIn(text) !== null;

/**
 * What the expression asks for at least: of alternatives (OR) one may be chosen, first for commercial use, then for
 * freedom from share-alike; all parts of AND hold together. What is no expression, or one's own, is not known to ask
 * for anything.
 */
export function termsOf(text: string): Terms {
  const expression = expressionIn(text);
  const [best = NOTHING] = expression ? alternativesOf(expression).sort((a, b) => weight(a) - weight(b)) : [];
  return best;
}

const NOTHING: Terms = { nonCommercial: false, shareAlike: false };
const weight = ({ nonCommercial, shareAlike }: Terms): number =>
  Number(nonCommercial) * 2 + Number(shareAlike);

/** At most four: more cannot differ. */
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
