/** `radiant thermal simulate`: the cost and the waits of a model's tasks under other settings. */
import { readFile } from 'node:fs/promises';
import { InvalidInput, NotFound } from '../core/errors.js';
import { perInstance, type ModelConfig } from '../core/models/model.js';
import { advise, comparePolicies, drawTable } from '../core/thermal/policy-comparison.js';
import type { Simulated, Trace } from '../core/thermal/simulate.js';
import { usualSeconds } from '../store/money/durations.js';
import { readArrivals, readUse } from '../store/thermal/recorded-arrivals.js';
import type { Session } from '../store/db/ledger.js';
import { parseArrivals } from './arrivals-csv.js';

/** SageMaker bills an instance for about this long after its release. */
const RELEASE_SECONDS = 5;

/** The options of the command. */
export interface SimulateOptions {
  model: string;
  from?: string;
  to?: string;
  /** A file of arrivals. Without it, the recorded arrivals are used. */
  csv?: string;
  /** Such as `60s`, `2min`, `1h`: the p95 wait to stay within. */
  target: string;
  json?: boolean;
}

/** @returns the text to print. @throws InvalidInput, NotFound */
export async function simulateModel(
  session: Session,
  lookMs: number,
  asked: SimulateOptions,
): Promise<string> {
  const target = lengthIn(asked.target);
  const from = asked.from === undefined ? undefined : timeIn('--from', asked.from);
  const to = asked.to === undefined ? undefined : timeIn('--to', asked.to);
  const use = await readUse(session, asked.model);
  if (!use) throw new NotFound('model', asked.model);
  const { model, warmupSeconds, now } = use;
  const trace =
    asked.csv === undefined
      ? await recorded(session, model, from, to ?? now)
      : await written(session, model, asked.csv, from, to);
  const simulated: Simulated = {
    ...model,
    warmupSeconds,
    releaseSeconds: RELEASE_SECONDS,
    intervalSeconds: lookMs / 1000,
  };
  const comparison = comparePolicies(simulated, trace);
  const advice = advise(comparison, target);
  const span = { from: trace.from.toISOString(), to: trace.to.toISOString() };
  if (asked.json) {
    const result = { model: model.id, ...span, tasks: trace.arrivals.length, targetSeconds: target };
    return JSON.stringify({ ...result, ...comparison, advice }, null, 2);
  }
  const { thermal, pricing } = model;
  return [
    `${model.id}: ${trace.arrivals.length} task(s) from ${span.from} to ${span.to}, ${pricing.hourlyRate} USD an hour, ` +
      `${warmupSeconds} s to warm, up to ${thermal.maxInstances} instance(s) of ${perInstance(model)} task(s) each.`,
    '',
    drawTable(comparison),
    '',
    advice.words,
  ].join('\n');
}

async function recorded(
  session: Session,
  model: ModelConfig,
  from: Date | undefined,
  to: Date,
): Promise<Trace> {
  if (!from) throw new InvalidInput('Give --from, or arrivals with --csv.');
  const arrivals = await readArrivals(session, model.uuid, from, to);
  if (arrivals.length > 0) return { from, to, arrivals };
  throw new InvalidInput(
    `No task of ${model.id} became ready from ${from.toISOString()} to ${to.toISOString()}: Choose an earlier --from.`,
  );
}

/** All arrivals of the file, or those within the period. */
async function written(
  session: Session,
  model: ModelConfig,
  file: string,
  from: Date | undefined,
  to: Date | undefined,
): Promise<Trace> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new InvalidInput(`The CSV cannot be read: ${error.message}.`);
  });
  const all = parseArrivals(text, await usualSeconds(session, model.uuid));
  const arrivals = all.filter(({ at }) => (!from || at >= from) && (!to || at < to));
  const [first, last] = [arrivals[0], arrivals.at(-1)];
  if (!first || !last) throw new InvalidInput('The CSV has no arrival in this period.');
  return { from: from ?? first.at, to: to ?? last.at, arrivals };
}

function timeIn(option: string, given: string): Date {
  const time = new Date(given);
  if (!Number.isNaN(time.getTime())) return time;
  throw new InvalidInput(`${option} must be a time such as 2026-01-31T08:00:00Z, not ${given}.`);
}

const UNITS: Record<string, number> = { s: 1, min: 60, h: 3600 };

function lengthIn(given: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(s|min|h)$/.exec(given) ?? [];
  if (number === undefined)
    throw new InvalidInput(`--target must be a duration such as 60s, 2min or 1h, not ${given}.`);
  return Number(number) * (UNITS[unit] as number);
}
