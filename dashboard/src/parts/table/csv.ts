/** A table as CSV (RFC 4180). A text that a spreadsheet would read as a formula is escaped. */
import { textOf } from '../difference/difference';

/** Rows of cells; the first row holds the heads. A cell that is an object is written as JSON. */
export const csvOf = (rows: readonly (readonly unknown[])[]): string =>
  rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');

/** A text that begins with one of these is a formula, except a negative number. */
const FORMULA = /^[=+@\t\r]|^-(?!\d+(\.\d+)?$)/;

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : textOf(value);
  const plain = typeof value === 'string' && FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** Hands a file to the browser's downloads. */
export function download(name: string, text: string, mediaType = 'text/csv'): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${mediaType};charset=utf-8` }));
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(url), 1_000);
}
