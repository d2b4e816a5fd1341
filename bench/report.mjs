/** Numbers of a benchmark: medians, percentiles, tables, and lines that show the progress. */

/** The table goes to stdout and everything else to stderr, so that a table can be stored. */
export const say = (line) => process.stderr.write(`${new Date().toTimeString().slice(0, 8)} ${line}\n`);

/** @param share from 0 to 1; NaN if there are no values */
export function percentile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

export const median = (values) => percentile(values, 0.5);

/** The median of each number in results of the same shape. */
export const medians = (results) =>
  Object.fromEntries(Object.keys(results[0]).map((key) => [key, median(results.map((one) => one[key]))]));

/** Three digits, or a dash for what was not measured. */
export function figure(value) {
  if (value === undefined || Number.isNaN(value)) return '–';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return value.toLocaleString('en-US', { maximumFractionDigits: Math.min(digits, 3) });
}

/** What one of `count` things cost, and where. */
export function costText({ cpu, engine, postgres, redis, client }, count) {
  const [all, ...parts] = [cpu, engine, postgres, redis, client].map((ms) => figure(ms / count));
  return `${all} ms of CPU (engine, PostgreSQL, Redis, client: ${parts.join(' + ')})`;
}

/** @param rows arrays of texts and numbers, as long as `head` */
export function printTable(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |\n`;
  const text = (cell) => (typeof cell === 'string' ? cell : figure(cell));
  process.stdout.write(`\n${line(head)}${line(head.map((_, n) => (n === 0 ? '---' : '--:')))}`);
  for (const row of rows) process.stdout.write(line(row.map(text)));
}
