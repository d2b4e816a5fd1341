/** Functions of metered expressions: charges that return their argument, and text functions that are charged before they run. */
import type { Environment } from '@marcbachmann/cel-js';
import { CHARACTERS_PER_STEP, spend, spendText } from '../json/evaluation-budget.js';

/** Character comparisons per step: a search may compare every pair of characters. */
const COMPARISONS_PER_STEP = 1_000;
/** Parsing a duration takes time that grows with the cube of its length. */
const MAX_DURATION = 64;

/** Replacements of the functions with the same name without `_`. */
const OWN: Record<string, (...args: never[]) => unknown> = {
  'contains_(string, string): bool': (text: string, part: string) => searched(text, part).includes(part),
  'indexOf_(string, string): int': (text: string, part: string) => BigInt(searched(text, part).indexOf(part)),
  'indexOf_(string, string, int): int': (text: string, part: string, from: bigint) =>
    BigInt(searched(text, part).indexOf(part, within(text, from))),
  'lastIndexOf_(string, string): int': (text: string, part: string) =>
    BigInt(searched(text, part).lastIndexOf(part)),
  'lastIndexOf_(string, string, int): int': (text: string, part: string, from: bigint) =>
    BigInt(searched(text, part).lastIndexOf(part, within(text, from))),
  'split_(string, string): list<string>': (text: string, by: string) => split(text, by),
  'split_(string, string, int): list<string>': (text: string, by: string, most: bigint) =>
    splitInto(text, by, Number(most)),
  'join_(list): string': (parts: readonly unknown[]) => join(parts, ''),
  'join_(list, string): string': join,
};

const CHARGES: Record<string, (...args: never[]) => unknown> = {
  'walk_(T, int): T': (value: unknown, weight: bigint) => {
    spend(Number(weight) * sizeOf(value));
    return value;
  },
  'read_(T): T': (value: unknown) => {
    if (!Array.isArray(value)) spend(sizeOf(value));
    return value;
  },
  'deep_(T): T': (value: unknown) => {
    spendDeep(value);
    return value;
  },
  'length_(string): string': (text: string) => {
    if (text.length > MAX_DURATION) throw new RangeError(`a duration has at most ${MAX_DURATION} characters`);
    spend(text.length ** 3 / 60);
    return text;
  },
};

const NAMES = new Set(Object.keys(OWN).map((signature) => signature.split('_')[0]));

export const isOwn = (name: string): boolean => NAMES.has(name);

export function offerMeter(environment: Environment): Environment {
  for (const [signature, work] of Object.entries({ ...OWN, ...CHARGES }))
    environment.registerFunction(signature, work as (...args: unknown[]) => unknown);
  return environment;
}

/** Steps to visit a value once, without its nested values. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return 1 + value.length / CHARACTERS_PER_STEP;
  if (typeof value !== 'object' || value === null) return 1;
  return 1 + (Array.isArray(value) ? value.length : Object.keys(value).length);
}

function spendDeep(value: unknown): void {
  spend(sizeOf(value));
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
  for (const part of Object.values(value))
    if (typeof part === 'object' || typeof part === 'string') spendDeep(part);
}

function searched(text: string, part: string): string {
  spendText(text.length + part.length);
  spend((text.length * part.length) / COMPARISONS_PER_STEP);
  return text;
}

function within(text: string, from: bigint): number {
  if (from < 0n || from >= BigInt(Math.max(1, text.length)))
    throw new RangeError('the index is out of range');
  return Number(from);
}

function split(text: string, by: string): string[] {
  const parts = searched(text, by).split(by);
  spend(parts.length);
  return parts;
}

/** A negative number means no limit. The last part holds the rest. */
function splitInto(text: string, by: string, most: number): string[] {
  if (most === 0) return [];
  const parts = split(text, by);
  return most < 0 || parts.length <= most
    ? parts
    : [...parts.slice(0, most - 1), parts.slice(most - 1).join(by)];
}

function join(parts: readonly unknown[], by: string): string {
  let length = 0;
  for (const part of parts) {
    if (typeof part !== 'string') throw new RangeError('only texts can be joined');
    length += part.length + by.length;
  }
  spend(parts.length);
  spendText(length);
  return parts.join(by);
}
