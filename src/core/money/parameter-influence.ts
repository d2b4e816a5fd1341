/** Finds the parameters that influence a task's duration in its history, and by how much: stepwise least squares. */
import { isObject, type Json, type JsonObject } from '../json/json.js';

/** Parameters reduced to comparable values: a number, a boolean, a choice, or the length of a text or list. */
export type Traits = Readonly<Record<string, number | string | boolean>>;

/** Longer texts are content, not a choice: only their length counts. SQL does the same (`store/money/durations.readHistory`). */
const CHOICE_CHARACTERS = 40;
/** Fewer runs show nothing. The effects of more parameters than this can rarely be separated. */
const ENOUGH = 5;
const MOST = 3;
/** Differences below this fraction of the mean are noise. */
const NOISE = 0.05;
const LEAST_SECONDS = 1e-6;
/** Upper limit of a factor. */
const MOST_TIMES = 1e6;

export function traitsOf(params: JsonObject): Traits {
  const traits = Object.entries(params).flatMap(([name, value]) => {
    const trait = traitOf(value);
    return trait === null ? [] : [[name, trait] as const];
  });
  return Object.fromEntries(traits);
}

function traitOf(value: Json): number | string | boolean | null {
  if (typeof value === 'string') return value.length > CHOICE_CHARACTERS ? value.length : value;
  if (Array.isArray(value)) return value.length;
  return value === null || isObject(value) ? null : value;
}

export interface Measured {
  traits: Traits;
  seconds: number;
}

export interface Influences {
  /** The influential parameters, the strongest first. */
  names: string[];
  /** For each run, the factor on its duration with the target's parameters. */
  factors: number[];
}

/**
 * A parameter is influential if it explains most of the variance among at least five runs: a number by a straight line, a
 * choice by the mean of the runs with the same choice. Its effect is removed before the next parameter is searched.
 */
export function influences(runs: readonly Measured[], asked: Traits): Influences {
  const names: string[] = [];
  let factors = runs.map(() => 1);
  if (runs.length < ENOUGH) return { names, factors };
  const convincing = 0.5 + 2 / runs.length;
  const candidates = new Set(Object.keys(asked));
  while (names.length < MOST) {
    const left = runs.map(({ seconds }, index) => seconds * (factors[index] as number));
    if (spreadOf(left) <= NOISE * mean(left)) break;
    const [best] = [...candidates]
      .map((name) => ({ name, ...explain(runs, left, name, asked) }))
      .sort((a, b) => b.explained - a.explained);
    if (!best || best.explained < convincing) break;
    names.push(best.name);
    candidates.delete(best.name);
    factors = factors.map((factor, index) => factor * (best.factors[index] as number));
  }
  return { names, factors };
}

const NOTHING = { explained: 0, factors: [] as number[] };

/** The fraction of the variance that the parameter explains, and the factor for each run. */
function explain(runs: readonly Measured[], seconds: readonly number[], name: string, asked: Traits) {
  const values = runs.map(({ traits }) => (Object.hasOwn(traits, name) ? traits[name] : undefined));
  const ours = asked[name];
  const expect =
    typeof ours === 'number' && values.every((value) => typeof value === 'number')
      ? lineThrough(values, seconds)
      : meansOf(values, seconds);
  const wanted = expect(ours);
  const expected = values.map(expect);
  // A choice without earlier runs explains nothing, nor does a parameter that some runs lack.
  if (wanted === null || expected.some((value) => value === null)) return NOTHING;
  const rest = seconds.map((value, index) => value - (expected[index] as number));
  const total = spreadOf(seconds) ** 2;
  const explained = 1 - mean(rest.map((value) => value ** 2)) / total;
  return { explained, factors: (expected as number[]).map((value) => Math.min(MOST_TIMES, wanted / value)) };
}

type Expect = (value: Traits[string] | undefined) => number | null;

/** The line never goes below a tenth of the shortest run. */
function lineThrough(values: readonly number[], seconds: readonly number[]): Expect {
  const [x, y] = [mean(values), mean(seconds)];
  const width = mean(values.map((value) => (value - x) ** 2));
  if (!(width > 0 && Number.isFinite(width))) return () => y;
  const slope = mean(values.map((value, index) => (value - x) * ((seconds[index] as number) - y))) / width;
  const least = Math.max(Math.min(...seconds) / 10, LEAST_SECONDS);
  return (value) => Math.max(least, y + slope * ((value as number) - x));
}

function meansOf(values: readonly (Traits[string] | undefined)[], seconds: readonly number[]): Expect {
  const groups = new Map<unknown, number[]>();
  for (const [index, value] of values.entries()) {
    const group = groups.get(value);
    if (group) group.push(seconds[index] as number);
    else groups.set(value, [seconds[index] as number]);
  }
  // If every run had its own choice, each run would explain itself.
  const areChoices = groups.size <= values.length / 2;
  return (value) => {
    const group = areChoices && value !== undefined ? groups.get(value) : undefined;
    return group ? Math.max(LEAST_SECONDS, mean(group)) : null;
  };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const spreadOf = (values: readonly number[]): number => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
};
