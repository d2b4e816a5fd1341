/** Comma-separated values as RFC 4180 has them, safe to open in a spreadsheet. */
import { textOf } from '../../../parts/difference/difference';

const cell = (value: unknown): string => {
  const text = textOf(value);
  // A spreadsheet would take these for a formula.
  const plain = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
};

export const csvOf = (head: readonly string[], rows: readonly (readonly unknown[])[]): string =>
  [head, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
