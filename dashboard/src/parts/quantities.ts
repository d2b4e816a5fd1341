/** Numbers as text: always with their unit, never more exact than is useful. */

/** Two units at most: `2 m 22 s`. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '–';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  // Rounds first: 59.7 s is one minute, not sixty seconds.
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} m` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** To the cent. An amount above zero and below half a cent is "less than $0.01". */
export function usd(amount: string | number | null | undefined): string {
  if (amount === null || amount === undefined) return '–';
  const value = Number(amount);
  if (value !== 0 && Math.abs(value) < 0.005) return value < 0 ? '-<$0.01' : '<$0.01';
  return value.toLocaleString('en-US', { style: 'currency', currency: 'USD' });
}

/** In the middle of a sentence: `about $1.20`, `less than $0.01`. */
export const aboutUsd = (amount: string | number): string => {
  const text = usd(amount);
  return text.startsWith('<') ? `less than ${text.slice(1)}` : `about ${text}`;
};

export function bytes(size: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  const step = Math.min(units.length - 1, size < 1 ? 0 : Math.floor(Math.log10(size) / 3));
  return `${(size / 1000 ** step).toFixed(step === 0 ? 0 : 1)} ${units[step]}`;
}

const CLOCK = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', timeZone: 'UTC' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
export const utc = (at: string | Date): string =>
  `${new Date(at).toISOString().replace('T', ' ').slice(0, 19)} UTC`;
export const clock = (at: string | Date): string => `${CLOCK.format(new Date(at))} UTC`;
export const day = (at: string | Date): string => DAY.format(new Date(at));

/** `3 min ago`, `in 2 h`. */
export function ago(at: string | Date, now = Date.now()): string {
  const seconds = Math.round((new Date(at).getTime() - now) / 1000);
  const format = new Intl.RelativeTimeFormat('en-GB', { style: 'short' });
  const [unit, length] =
    (
      [
        ['day', 86_400],
        ['hour', 3_600],
        ['minute', 60],
      ] as const
    ).find(([, length]) => Math.abs(seconds) >= length) ?? (['second', 1] as const);
  return format.format(Math.round(seconds / length), unit);
}

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
