/** Timestamps of expressions and users: ISO 8601, in UTC if there is no offset. */

const ISO =
  /^((?:\d{4}|[+-]\d{6})-\d{2}-\d{2})([T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;

export const NO_INSTANT = 'it is not a timestamp such as 2030-01-31T12:00:00Z';

/** Null for another notation or an invalid date, such as 30 February. The year may be outside of what a row can hold. */
export function readInstant(text: string): Date | null {
  const [, day, time, offset] = ISO.exec(text) ?? [];
  if (day === undefined) return null;
  const midnight = new Date(day);
  // JavaScript turns 30 February into 2 March.
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) return null;
  const at = new Date(time === undefined || offset !== undefined ? text : `${text}Z`);
  return Number.isNaN(at.getTime()) ? null : at;
}
