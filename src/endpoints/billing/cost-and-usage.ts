/** Reads AWS Cost and Usage reports (CSV, with the names of CUR 1 or CUR 2): the hourly cost of our endpoints. */
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { parse, type CsvError } from 'csv-parse';
import { InvalidInput, type Fault } from '../../core/errors.js';
import { usd } from '../../core/money/money.js';
import type { ProviderAccount, ProviderCharge } from '../../core/money/cost-allocation.js';
import { Decimal } from '../../core/json/decimal.js';

/** Maps the provider's endpoint name to ours, or null if the endpoint is not ours. */
export type Ours = (endpoint: string) => string | null;

const NEEDED = [
  'line_item_usage_start_date',
  'line_item_usage_end_date',
  'line_item_resource_id',
  'line_item_usage_type',
  'line_item_usage_amount',
  'line_item_unblended_cost',
  'line_item_line_item_type',
] as const;

type Row = Record<(typeof NEEDED)[number], string> & { product_instance_type?: string };

/** Line items of usage at its own price. Taxes, credits, refunds and savings plan negations are not usage. */
const USAGE = new Set(['Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage']);
const NUMBER = /^-?\d+(\.\d+)?(E[-+]?\d+)?$/i;
const SHOWN = 10;

/** @throws InvalidInput `bad_bill` with each unreadable line. Then no line of the file is used. */
export async function readCostAndUsage({
  bytes,
  name,
  ours,
}: {
  ours: Ours;
  bytes: Readable;
  name: string;
}): Promise<Pick<ProviderAccount, 'lines' | 'through'>> {
  const faults: Fault[] = [];
  const charges = new Map<string, ProviderCharge>();
  const csv = parse({
    bom: true,
    info: true,
    columns: (headers: string[]) => columnsOf(headers, name),
    skip_records_with_error: true,
    on_skip: (error: CsvError | undefined) =>
      void faults.push({
        path: `line ${String(error?.['lines'])}`,
        message: error?.code ?? 'is not valid CSV',
      }),
  });
  const take = async (rows: AsyncIterable<{ record: Row; info: { lines: number } }>) => {
    for await (const { record, info } of rows) {
      const charge = chargeOf(record, ours);
      if (charge === null) continue;
      if (typeof charge === 'string') faults.push({ path: `line ${info.lines}`, message: charge });
      else add(charges, charge);
    }
  };
  await (name.endsWith('.gz') ? pipeline(bytes, createGunzip(), csv, take) : pipeline(bytes, csv, take));
  if (faults.length > 0) throw badBill(name, faults);
  const lines = [...charges.values()].map((charge) => ({
    ...charge,
    instanceSeconds: new Decimal(charge.instanceSeconds).toFixed(3),
    costUsd: usd(new Decimal(charge.costUsd)),
  }));
  const ends = lines.flatMap(({ to }) => to ?? []).map(Number);
  const through = ends.length === 0 ? null : new Date(ends.reduce((a, b) => Math.max(a, b)));
  return { lines, through };
}

/** Converts names of CUR 1: `lineItem/UsageStartDate` becomes `line_item_usage_start_date`. */
function columnsOf(headers: string[], name: string): string[] {
  const columns = headers.map((header) =>
    header
      .replace('/', '_')
      .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
      .toLowerCase(),
  );
  const missing = NEEDED.filter((column) => !columns.includes(column));
  if (missing.length > 0) {
    const why = missing.map((column) => ({ path: column, message: 'is missing' }));
    throw badBill(name, why);
  }
  return columns;
}

/** Null for a line of another resource. A text, for an unreadable line, says what is wrong. */
function chargeOf(row: Row, ours: Ours): ProviderCharge | string | null {
  if (!USAGE.has(row.line_item_line_item_type)) return null;
  const usageType = row.line_item_usage_type;
  if (row.line_item_resource_id === '' && usageType.includes('Host:ml.')) {
    return 'has no line_item_resource_id for an endpoint. Turn on resource ids in the export';
  }
  const [, named] = /^arn:[^:]+:sagemaker:.*:endpoint\/(.+)$/.exec(row.line_item_resource_id) ?? [];
  const endpoint = named === undefined ? null : ours(named);
  if (endpoint === null) return null;
  const [from, to] = [instant(row.line_item_usage_start_date), instant(row.line_item_usage_end_date)];
  if (from === null || to === null || from > to) return 'has invalid usage dates';
  const { line_item_usage_amount: amount, line_item_unblended_cost: cost } = row;
  if (![amount, cost].every((number) => NUMBER.test(number)))
    return 'has an amount or a cost that is not a number';
  if ([amount, cost].some((number) => new Decimal(number).lt(0))) return 'has a negative amount or cost';
  const [instanceType = null] = /ml\.\w+\.\w+/.exec(`${row.product_instance_type ?? ''} ${usageType}`) ?? [];
  return {
    lineId: `${endpoint} ${from.toISOString()} ${to.toISOString()} ${usageType}`,
    endpoint,
    instanceType,
    from,
    to,
    // Instances are counted in hours. Other usage (data) has units of its own, and counts as no time.
    instanceSeconds: instanceType === null ? '0' : new Decimal(amount).times(3600).toFixed(),
    costUsd: cost,
  };
}

/** AWS's line ids change between deliveries, so lines of the same usage and hour are summed into one charge. */
function add(charges: Map<string, ProviderCharge>, charge: ProviderCharge): void {
  const sum = charges.get(charge.lineId);
  if (!sum) return void charges.set(charge.lineId, charge);
  sum.costUsd = new Decimal(sum.costUsd).plus(charge.costUsd).toFixed();
  sum.instanceSeconds = new Decimal(sum.instanceSeconds).plus(charge.instanceSeconds).toFixed();
}

/** Times without a zone are UTC. */
function instant(text: string): Date | null {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)?)Z?$/.exec(text) ?? [];
  const date = new Date(`${day}T${time}Z`);
  return Number.isNaN(date.getTime()) ? null : date;
}

function badBill(name: string, faults: readonly Fault[]): InvalidInput {
  const shown = faults.slice(0, SHOWN).map(({ path, message }) => `${path}: ${message}`);
  const more = faults.length > SHOWN ? [`and ${faults.length - SHOWN} more`] : [];
  return new InvalidInput(
    `${name} was not read. None of its lines is used:\n  ${[...shown, ...more].join('\n  ')}`,
    faults,
    'bad_bill',
  );
}
