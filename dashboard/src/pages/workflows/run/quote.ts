/** A quote as lines of text: amounts, times and licences. */
import { Big } from 'big.js';
import { Problem } from '../../../api/client';
import type { components } from '../../../api/contract';
import { aboutUsd, clock, day, duration, plural, usd } from '../../../parts/quantities';

export type Quote = components['schemas']['Quote'];
type Part = Quote['parts'][number];
type License = Quote['licenses'][number];

/** The sum; null if one amount is unknown, zero if there are none. */
const sum = (amounts: readonly (string | null)[]): string | null =>
  amounts.every((amount) => amount !== null)
    ? amounts.reduce((total, amount) => total.plus(amount), new Big(0)).toFixed()
    : null;

const LINES: readonly [
  label: string,
  of: keyof Pick<Part, 'requestUsd' | 'gpuUsd' | 'unitsUsd' | 'markupUsd'>,
][] = [
  ['Requests', 'requestUsd'],
  ['GPU', 'gpuUsd'],
  ['Units', 'unitsUsd'],
  ['Markup', 'markupUsd'],
];

/** The parts of the price, for users who may see them; for others the price of each task. */
export function linesOf({ parts }: Pick<Quote, 'parts'>): { label: string; amount: string | null }[] {
  if (parts.some(({ markupUsd }) => markupUsd === undefined))
    return parts.map(({ taskId, totalUsd }) => ({ label: taskId.replaceAll('_', ' '), amount: totalUsd }));
  const isTimed = parts.every(({ seconds }) => seconds !== null);
  const seconds = parts.reduce((total, part) => total + (part.seconds?.likely ?? 0), 0);
  return LINES.map(([label, of]) => ({
    label:
      of !== 'gpuUsd'
        ? label
        : isTimed
          ? `${label}, ${duration(seconds * 1000)}`
          : `${label}, time not known`,
    amount: sum(parts.map((part) => part[of] ?? null)),
    of,
  }))
    .filter(({ amount, of }) =>
      // The markup applies to the time too, but is shown once.
      amount === null ? isTimed || of !== 'markupUsd' : !new Big(amount).eq(0),
    )
    .map(({ label, amount }) => ({ label, amount }));
}

/** Less than a quarter of a minute counts as now. */
export const startsIn = ({ startsAt }: Pick<Quote, 'startsAt'>, now: number): string => {
  if (!startsAt) return 'Not known';
  const wait = Date.parse(startsAt.likely) - now;
  return wait < 15_000 ? 'Now' : duration(Math.round(wait / 1000) * 1000);
};

const minutes = (at: string): string => clock(at).replace(/:\d\d UTC$/, '');

export function readyBy(
  { endsAt }: Pick<Quote, 'endsAt'>,
  now: number,
): { likely: string; range: string | null } {
  if (!endsAt) return { likely: 'Not known', range: null };
  const date = day(endsAt.likely) === day(new Date(now)) ? '' : `${day(endsAt.likely)} `;
  const [low, likely, high] = [minutes(endsAt.low), minutes(endsAt.likely), minutes(endsAt.high)];
  return { likely: `${date}${likely} UTC`, range: low === high ? null : `${low} to ${high}` };
}

export const costRange = ({ cost }: Pick<Quote, 'cost'>): string | null =>
  cost && usd(cost.lowUsd) !== usd(cost.highUsd) ? `${usd(cost.lowUsd)} to ${usd(cost.highUsd)}` : null;

/** The obligations of the output, strictest first, each licence once. */
export function dutiesOf(
  licenses: readonly License[],
): { spdx: string; url: string | null; duty: string; of: string }[] {
  const found = new Map<
    string,
    { spdx: string; url: string | null; shareAlike: boolean; credit: boolean; of: Set<string> }
  >();
  for (const { spdx, url, shareAlike, attributionRequired, component } of licenses) {
    const row = found.get(spdx) ?? { spdx, url, shareAlike: false, credit: false, of: new Set<string>() };
    row.shareAlike ||= shareAlike;
    row.credit ||= attributionRequired;
    row.of.add(component.replaceAll('_', ' '));
    found.set(spdx, row);
  }
  return [...found.values()]
    .sort(
      (one, other) =>
        Number(other.shareAlike) - Number(one.shareAlike) || Number(other.credit) - Number(one.credit),
    )
    .map(({ spdx, url, shareAlike, credit, of }) => ({
      spdx,
      url,
      duty: shareAlike ? 'Share alike' : credit ? 'Attribution' : 'None',
      of: [...of].join(', '),
    }));
}

type Change = NonNullable<components['schemas']['Problem']['changes']>[number];

const money = (amount: string | null): string => (amount === null ? 'not known' : usd(amount));

/** A difference between the quote and the request, as a sentence. */
export function changeText({ field, quoted, now }: Change): string {
  switch (field) {
    case 'highUsd':
      return `The maximum cost was ${money(quoted)}, and is now ${money(now)}.`;
    case 'workflowVersion':
      return `The workflow had the version ${quoted}, and now has ${now}.`;
    case 'childVersions':
      return 'A sub-workflow has another version.';
    case 'parameters':
      return 'The parameters are not those that were quoted.';
    case 'expiresAt':
      return 'The quote has expired.';
    case 'executionId':
      return `Execution ${now?.slice(0, 8)} was started with the quote.`;
    default:
      return `${field} was ${quoted}, and is now ${now}.`;
  }
}

export const isChanged = (code: string | undefined): boolean =>
  code === 'quote_changed' || code === 'quote_unknown';

/** What has changed since the quotes of a batch, each once. */
export const changesOf = (
  results: readonly { code?: string | undefined; changes?: readonly Change[] | undefined }[],
): string[] => [
  ...new Set(
    results.flatMap(({ code, changes }) =>
      isChanged(code) ? (changes?.map(changeText) ?? ['The quote no longer exists.']) : [],
    ),
  ),
];

/** What has changed since the quote; null for any other error. */
export const changesIn = (error: unknown): string[] | null => {
  if (!(error instanceof Problem) || !isChanged(error.code)) return null;
  return changesOf([{ code: error.code, changes: error.body.changes }]);
};

export const quoteLine = ({ id, expiresAt }: Pick<Quote, 'id' | 'expiresAt'>): string =>
  `Quote ${id.slice(0, 8)}, valid until ${minutes(expiresAt)} UTC`;

export const runLabel = (quote: Quote | undefined): string =>
  quote?.cost ? `Run for ${aboutUsd(quote.cost.likelyUsd)}` : 'Run';

export const budgetLeft = ({ budget }: Pick<Quote, 'budget'>): string =>
  budget.remainingUsd === null ? 'No limit' : `${usd(budget.remainingUsd)} left this month`;

export const ahead = (waiting: number): string =>
  waiting === 0 ? 'nobody ahead' : `${plural(waiting, 'task')} ahead`;
