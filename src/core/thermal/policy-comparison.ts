/** Compares policies for keeping a model warm: what each would have cost, and which one is best. */
import { lengthOf } from './reasons.js';
import { compareUsd } from '../money/money.js';
import { simulate, type Outcome, type Policy, type Simulated, type Trace } from './simulate.js';
import type { SimulatedForecast } from './simulated-forecast.js';
import { Decimal } from '../json/decimal.js';

const IDLE_SECONDS = [3, 20, 60, 300, 600, 900, 1800, 3600];

/** The policies that an administrator could set. */
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
  /** A lower bound that no setting can reach: it knows every arrival beforehand. */
  oracle: Outcome;
}

/**
 * The oracle warms exactly in time and stays warm if that is cheaper. It also knows the outcomes of the other policies: if
 * one of them is cheaper and its p95 wait is not longer, the oracle takes its outcome.
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

/** The cheapest outcome; among equals the one with the shortest p95 wait, then the first. */
const cheapest = (outcomes: Outcome[]): Outcome =>
  outcomes.reduce((best, next) => {
    const cheaper = compareUsd(next.costUsd, best.costUsd) || p95(next) - p95(best);
    return cheaper < 0 ? next : best;
  });

export interface Advice {
  /** A policy's name. */
  policy: string;
  /** True if it meets the target; otherwise it comes closest to it. */
  kept: boolean;
  words: string;
}

/** @param target the longest p95 wait, in seconds */
export function advise({ policies, oracle }: Comparison, target: number): Advice {
  const within = policies.filter((policy) => p95(policy) <= target);
  const shortest = Math.min(...policies.map(p95));
  const kept = within.length > 0;
  const best = cheapest(kept ? within : policies.filter((policy) => p95(policy) === shortest));
  const goal = `the p95 wait within ${lengthOf(target)}`;
  const what = `${best.policy}, for ${dollars(best.costUsd)} USD with a p95 wait of ${seconds(p95(best))}`;
  const more = new Decimal(best.costUsd).minus(oracle.costUsd);
  const than = more.gte(0)
    ? `${dollars(more.toString())} more than with perfect foresight`
    : `${dollars(more.abs().toString())} less than with perfect foresight, whose p95 wait is ${seconds(p95(oracle))}`;
  const words = kept
    ? `The cheapest setting that keeps ${goal} is ${what}, ${than}.`
    : `No setting keeps ${goal}. The closest is ${what}, ${than}.`;
  return { policy: best.policy, kept, words };
}

/** A plain-text table: one line for each setting, then the oracle. */
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
