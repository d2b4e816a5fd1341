/** Consent to a price: whether a request is still what was quoted. */
import { compareUsd } from './money.js';

/** How long a quote can be accepted. */
export const QUOTE_MINUTES = 15;

/** What is quoted, or requested. Hashes are SHA-256 of canonical JSON, in hexadecimal. */
export interface Offer {
  workflowId: string;
  workflowVersion: string;
  versionId: string;
  /** Of the versions of its sub-workflows. */
  childrenHash: string;
  /** Of the resolved parameters. */
  parametersHash: string;
  /** Of the prices of the models. */
  pricesHash: string;
  /** The median and the 90th percentile; both null if the price is not known. */
  price: { likelyUsd: string; highUsd: string } | null;
}

export interface Quoted extends Offer {
  id: string;
  expiresAt: Date;
  /** The execution that was started with it. */
  executionId: string | null;
}

/** One difference between the quote and the request. */
export interface Change {
  field:
    | 'workflowId'
    | 'workflowVersion'
    | 'childVersions'
    | 'parameters'
    | 'highUsd'
    | 'expiresAt'
    | 'executionId';
  quoted: string | null;
  now: string | null;
}

/**
 * Everything that keeps the quote from being accepted. The statement that accepts compares the same:
 * `store/executions/insert.ts`.
 */
export function changesSince(quoted: Quoted, present: Offer, now: Date): Change[] {
  const changes: [Change['field'], boolean, string | null, string | null][] = [
    ['workflowId', quoted.workflowId !== present.workflowId, quoted.workflowId, present.workflowId],
    [
      'workflowVersion',
      quoted.workflowId === present.workflowId && quoted.versionId !== present.versionId,
      quoted.workflowVersion,
      present.workflowVersion,
    ],
    [
      'childVersions',
      quoted.childrenHash !== present.childrenHash,
      quoted.childrenHash,
      present.childrenHash,
    ],
    [
      'parameters',
      quoted.parametersHash !== present.parametersHash,
      quoted.parametersHash,
      present.parametersHash,
    ],
    ['highUsd', hasRisen(quoted, present), highOf(quoted), highOf(present)],
    ['expiresAt', now >= quoted.expiresAt, quoted.expiresAt.toISOString(), now.toISOString()],
    ['executionId', quoted.executionId !== null, null, quoted.executionId],
  ];
  return changes.flatMap(([field, differs, before, after]) =>
    differs ? [{ field, quoted: before, now: after }] : [],
  );
}

const highOf = ({ price }: Offer): string | null => price?.highUsd ?? null;

/**
 * Each run that ends moves the percentiles a little, which is no reason to ask again: with the quoted prices of the models,
 * the likely price may be up to the quoted maximum. With other prices, even the highest may not exceed it.
 */
function hasRisen(quoted: Offer, present: Offer): boolean {
  if (!quoted.price || !present.price) return quoted.price !== present.price;
  const { likelyUsd, highUsd } = present.price;
  const most = quoted.pricesHash === present.pricesHash ? likelyUsd : highUsd;
  return compareUsd(most, quoted.price.highUsd) > 0;
}

const WORDS: Record<Change['field'], string> = {
  workflowId: 'it is for another workflow',
  workflowVersion: 'the workflow has another version',
  childVersions: 'a sub-workflow has another version',
  parameters: 'the parameters differ',
  highUsd: 'the price has risen',
  expiresAt: 'it has expired',
  executionId: 'an execution was started with it',
};

/** Why a quote cannot be accepted, and what to do. */
export const whyChanged = (id: string, changes: readonly Change[]): string =>
  `Quote ${id} does not allow this: ${changes.map(({ field }) => WORDS[field]).join(', ')}. Ask for a new quote, and send its id.`;
