/** Instants that expressions make and people write: ISO 8601, in UTC where no offset says otherwise. */

const ISO =
  /^((?:\d{4}|[+-]\d{6})-\d{2}-\d{2})([T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;

export const NO_INSTANT = 'it is no moment such as 2030-01-31T12:00:00Z';

/** Null for what is none: another notation, a 30th of February. It may lie in a year that no row can hold. */
export function readInstant(text: string): Date | null {
  const [, day, time, offset] = ISO.exec(text) ?? [];
  if (day === undefined) return null;
  const midnight = new Date(day);
  // JavaScript makes the second of March of the thirtieth of February.
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) return null;
  const at = new Date(time === undefined || offset !== undefined ? text : `${text}Z`);
  return Number.isNaN(at.getTime()) ? null : at;
}
