/** The period of a report: whole days in UTC, as the address gives them. */
const DAY_MS = 86_400_000;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

export const dateOf = (at: Date): string => at.toISOString().slice(0, 10);

/** `to` is the last day that counts. The default is the last thirty days. */
export function periodOf(asked: { from?: string | undefined; to?: string | undefined }, now: Date) {
  const to = isDate(asked.to) ? asked.to : dateOf(now);
  const from =
    isDate(asked.from) && asked.from <= to ? asked.from : dateOf(new Date(Date.parse(to) - 29 * DAY_MS));
  return { from, to };
}

const isDate = (value: string | undefined): value is string =>
  value !== undefined && DATE.test(value) && !Number.isNaN(Date.parse(value));

/** For the API: from the start of the first day to the end of the last. */
export const instants = ({ from, to }: { from: string; to: string }) => ({
  from: `${from}T00:00:00.000Z`,
  to: new Date(Date.parse(to) + DAY_MS).toISOString(),
});

/** Each day of the period, including days without a row. */
export function daysOf({ from, to }: { from: string; to: string }): string[] {
  const days: string[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += DAY_MS) days.push(dateOf(new Date(at)));
  return days;
}
