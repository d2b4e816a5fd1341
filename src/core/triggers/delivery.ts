/** Reads a delivery of an inbound webhook: its id, whether it starts anything, and the parameters of the execution. */
import { createHash } from 'node:crypto';
import { InvalidInput, type Fault } from '../errors.js';
import { compile } from '../expressions/cel.js';
import { checkExpression, compileCondition } from '../expressions/references.js';
import { isObject, type Json, type JsonObject } from '../json/json.js';
import { compileMapping } from '../workflows/mapping.js';

/** CEL over `body` and `headers`. */
export interface TriggerRules {
  /** JSON whose strings are CEL. */
  parameters: JsonObject;
  /** A delivery of which it is false starts nothing. */
  condition: string | null;
  /** The id of a delivery. Without it: what the sender's scheme says, else the hash of the body. */
  deliveryId: string | null;
}

/** What the expressions read. Headers have names in lower case. */
export interface DeliveryScope {
  body: Json;
  headers: Record<string, string>;
}

const LONGEST_ID = 200;
const NAMES = ['body'];
const SCOPE = ['headers'];

/** What is wrong with the rules, each with its path. */
export const ruleFaults = ({ parameters, condition, deliveryId }: TriggerRules): Fault[] => [
  ...mappingFaults(parameters, 'parameters'),
  ...(condition === null ? [] : at('condition', checkExpression(condition, 'condition', NAMES, SCOPE))),
  ...(deliveryId === null ? [] : at('deliveryId', checkExpression(deliveryId, 'value', NAMES, SCOPE))),
];

const at = (path: string, faults: readonly Fault[]): Fault[] =>
  faults.map(({ message }) => ({ path, message }));

function mappingFaults(part: Json, path: string): Fault[] {
  if (typeof part === 'string') return at(path, checkExpression(part, 'value', NAMES, SCOPE));
  const fields = isObject(part) || Array.isArray(part) ? Object.entries(part) : [];
  return fields.flatMap(([key, value]) => mappingFaults(value, `${path}.${key}`));
}

/**
 * Unique within the trigger: a delivery with the same id is the same delivery.
 *
 * @param sent the sender's id, if its headers have one
 * @throws InvalidInput `expression_failed`, `delivery_without_id`
 */
export function deliveryIdOf(
  { deliveryId }: TriggerRules,
  scope: DeliveryScope,
  sent: string | null,
  body: Uint8Array,
): string {
  const id = deliveryId === null ? (sent ?? sha256(body)) : compile(deliveryId).evaluate({ ...scope });
  if ((typeof id !== 'string' && typeof id !== 'number') || id === '')
    throw new InvalidInput(
      'The expression `deliveryId` of the trigger must return a text or a number.',
      [],
      'delivery_without_id',
    );
  const text = String(id);
  return text.length <= LONGEST_ID ? text : sha256(text);
}

const sha256 = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex');

/** The parameters of the execution; null if the condition is false. @throws InvalidInput `expression_failed`, `too_costly` */
export function parametersFrom(
  { condition, parameters }: TriggerRules,
  scope: DeliveryScope,
): JsonObject | null {
  if (condition !== null && !compileCondition(condition)({ ...scope })) return null;
  return compileMapping(parameters)({ ...scope }) as JsonObject;
}
