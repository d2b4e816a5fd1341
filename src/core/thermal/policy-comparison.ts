/** The ways to keep a model warm that are worth comparing, what each would have cost, and which to take. */
import { lengthOf } from './reasons.js';
import { compareUsd } from '../money/money.js';
import { simulate, type Outcome, type Policy, type Simulated, type Trace } from './simulate.js';
import type { SimulatedForecast } from './simulated-forecast.js';
import { Decimal } from '../json/decimal.js';

const IDLE_SECONDS = [3, 20, 60, 300, 600, 900, 1800, 3600];

/** Those that an administrator could set. */
export function policiesOf({ thermal }: Pick<Simulated, 'thermal'>): Policy[] {
  const cold = { ...thermal, defaultState: 'OFF', minInstances: 0 } as const;
  const idle = (forecast: SimulatedForecast, suffix: string) =>
    IDLE_SECONDS.map((seconds): Policy => {
      const limit = seconds < 60 ? `${seconds} s` : `${seconds / 60} min`;
      return {
        name: `idle ${limit}${suffix}`,
        thermal: { ...cold, scaleToZeroAfterMinutes: seconds / 60 },
        forecast,
      };
    });
  return [
    { name: 'always on', thermal: { ...thermal, defaultState: 'WARM' }, forecast: 'none' },
    ...idle('none', ''),
    ...idle('executions', ', look-ahead'),
    { name: 'as set, no look-ahead', thermal, forecast: 'none' },
    { name: 'as set, look-ahead', thermal, forecast: 'executions' },
  ];
}

export interface Comparison {
  policies: Outcome[];
  /** No setting can reach it: every arrival was known beforehand. */
  oracle: Outcome;
}

/**
 * The oracle warms exactly in time and keeps what is cheaper to keep. It knows how the other policies turn out as well:
 * where one of them is cheaper and nobody in twenty waits longer, it does what that one does.
 */
export function comparePolicies(model: Simulated, trace: Trace): Comparison {
  const policies = policiesOf(model).map((policy) => simulate(model, policy, trace));
  const withForecast = simulate(
    model,
    {
      name: 'oracle',
      thermal: { ...model.thermal, defaultState: 'OFF', minInstances: 0, scaleToZeroAfterMinutes: 0 },
      forecast: 'everything',
    },
    trace,
  );
  const best = cheapest([withForecast, ...policies.filter((policy) => p95(policy) <= p95(withForecast))]);
  return { policies, oracle: { ...best, policy: 'oracle' } };
}

const p95 = ({ waitSeconds }: Outcome): number => waitSeconds.p95;

/** Of several as cheap the one that lets people wait least, then the first. */
const cheapest = (outcomes: Outcome[]): Outcome =>
  outcomes.reduce((best, next) => {
    const cheaper = compareUsd(next.costUsd, best.costUsd) || p95(next) - p95(best);
    return cheaper < 0 ? next : best;
  });

export interface Advice {
  /** A policy's name. */
  policy: string;
  /** Whether it keeps the target; else it comes nearest. */
  kept: boolean;
  words: string;
}

/** @param target seconds that nineteen of twenty tasks may wait at most */
export function advise({ policies, oracle }: Comparison, target: number): Advice {
  const within = policies.filter((policy) => p95(policy) <= target);
  const shortest = Math.min(...policies.map(p95));
  const kept = within.length > 0;
  const best = cheapest(kept ? within : policies.filter((policy) => p95(policy) === shortest));
  const goal = `the p95 wait within ${lengthOf(target)}`;
  const what = `${best.policy}, for ${dollars(best.costUsd)} USD with a p95 wait of ${seconds(p95(best))}`;
  const more = new Decimal(best.costUsd).minus(oracle.costUsd);
  const than = more.gte(0)
    ? `${dollars(more.toString())} more than perfect foresight`
    : `${dollars(more.abs().toString())} less than perfect foresight, whose p95 wait is ${seconds(p95(oracle))}`;
  const words = kept
    ? `The cheapest setting that keeps ${goal}: ${what}, ${than}.`
    : `No setting keeps ${goal}. The nearest: ${what}, ${than}.`;
  return { policy: best.policy, kept, words };
}

/** As plain text, a line each: the settings, then the oracle. */
export function drawTable({ policies, oracle }: Comparison): string {
  const rows = [...policies, oracle].map((outcome) => [
    outcome.policy,
    dollars(outcome.costUsd),
    perThousand(outcome),
    `${(outcome.idle * 100).toFixed(1)} %`,
    seconds(outcome.waitSeconds.p50),
    seconds(p95(outcome)),
  ]);
  const table = [['policy', 'USD', 'cold/1000', 'GPU idle', 'wait p50', 'wait p95'], ...rows];
  const widths = [0, 1, 2, 3, 4, 5].map((column) =>
    Math.max(...table.map((row) => (row[column] as string).length)),
  );
  const line = (row: string[]): string =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] as number) : cell.padStart(widths[column] as number),
      )
      .join('  ');
  return table.map(line).join('\n');
}

const dollars = (amount: string): string => new Decimal(amount).toFixed(2);
const seconds = (length: number): string => `${length.toFixed(1)} s`;
const perThousand = ({ coldStarts, tasks }: Outcome): string =>
  tasks === 0 ? '0.0' : ((coldStarts / tasks) * 1000).toFixed(1);
