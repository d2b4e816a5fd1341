/** Converts moments between the browser's local input and the format that is sent. */

/** `2026-01-31T14:05`, or nothing. */
export function localOf(iso: string): string {
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime())) return '';
  const shifted = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

export const momentOf = (local: string): string => new Date(local).toISOString();
