/** Which parameters history shows to matter for how long a task takes, and by how much: least squares, one after the other. */
import { isObject, type Json, type JsonObject } from '../json/json.js';

/** What a parameter says, as short as can be compared: a number, a switch, a choice, or how long a text or list is. */
export type Traits = Readonly<Record<string, number | string | boolean>>;

/** Longer texts are contents, not choices: their length counts. The ledger reads them alike (`store/executions/insert.readHistory`). */
const CHOICE_CHARACTERS = 40;
/** Fewer runs show nothing, and more parameters than these are rarely told apart. */
const ENOUGH = 5;
const MOST = 3;
/** Differences below this part of the whole are noise that nobody needs explained. */
const NOISE = 0.05;
const LEAST_SECONDS = 1e-6;
/** Beyond all that a line can say. */
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
  /** The parameters that matter, the strongest first. */
  names: string[];
  /** For each run how many times as long it would have taken with the parameters that are asked about. */
  factors: number[];
}

/**
 * A parameter matters when it explains most of what differs among at least five runs: a number by a straight line, a
 * choice by the mean of the runs that chose the same. What one explains is taken out before the next is looked for.
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

/** How much of the differences the parameter explains, from 0 to 1, and what each run is to be multiplied by. */
function explain(runs: readonly Measured[], seconds: readonly number[], name: string, asked: Traits) {
  const values = runs.map(({ traits }) => (Object.hasOwn(traits, name) ? traits[name] : undefined));
  const ours = asked[name];
  const expect =
    typeof ours === 'number' && values.every((value) => typeof value === 'number')
      ? lineThrough(values, seconds)
      : meansOf(values, seconds);
  const wanted = expect(ours);
  const expected = values.map(expect);
  // A choice that nobody made before says nothing; one that some runs do not have neither.
  if (wanted === null || expected.some((value) => value === null)) return NOTHING;
  const rest = seconds.map((value, index) => value - (expected[index] as number));
  const total = spreadOf(seconds) ** 2;
  const explained = 1 - mean(rest.map((value) => value ** 2)) / total;
  return { explained, factors: (expected as number[]).map((value) => Math.min(MOST_TIMES, wanted / value)) };
}

type Expect = (value: Traits[string] | undefined) => number | null;

/** Never below a tenth of the shortest: a line may not lead to nothing. */
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
  // Where everybody chose something else, each run would explain itself.
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
