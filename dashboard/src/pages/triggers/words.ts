/** A trigger in words. */
import type { components, JsonObject } from '../../api/contract';
import { isObject } from '../../parts/code/json';

export type Trigger = components['schemas']['Trigger'];
export type Scheme = Trigger['scheme'];

export const SCHEMES: readonly { value: Scheme; label: string }[] = [
  { value: 'standard_webhooks', label: 'Standard Webhooks' },
  { value: 'github', label: 'GitHub' },
  { value: 'stripe', label: 'Stripe' },
  { value: 'hmac_sha256', label: 'Plain HMAC-SHA256' },
];

export const schemeLabel = (scheme: Scheme): string =>
  SCHEMES.find(({ value }) => value === scheme)?.label ?? scheme;

/** What an empty field means to the API. */
export const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());

/** The merge patch that makes `after` of `before`: it removes members by null. */
export function replacing(before: JsonObject, after: JsonObject): JsonObject {
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  const kept = Object.entries(after).map(([key, value]) => {
    const earlier = before[key];
    return [key, isObject(value) && isObject(earlier) ? replacing(earlier, value) : value];
  });
  return { ...Object.fromEntries(gone.map((key) => [key, null])), ...Object.fromEntries(kept) } as JsonObject;
}
