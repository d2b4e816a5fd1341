/** The components that a form can show a field with, and the choice of one for a field. */
import type { Json, JsonObject } from '../../api/contract';
import { isObject } from '../code/json';

export const COMPONENTS = [
  'text',
  'textarea',
  'sequence',
  'file',
  'number',
  'select',
  'multiselect',
  'tags',
  'switch',
  'slider',
  'segmented',
  'date',
  'json',
] as const;
export type Component = (typeof COMPONENTS)[number];

export interface Choice {
  value: string;
  label: string;
  /** The value that is sent. */
  is: Json;
}

const ALIASES: Record<string, Component> = {
  input: 'text',
  fasta: 'sequence',
  checkbox: 'switch',
  toggle: 'switch',
  dropdown: 'select',
  radio: 'segmented',
  code: 'json',
};
/** The types that a component can hold, and the component that replaces an unsuitable one. */
const HOLDS: Record<Component, readonly string[]> = {
  text: ['string'],
  textarea: ['string', 'fasta'],
  sequence: ['string', 'fasta'],
  file: ['string'],
  number: ['number', 'integer'],
  select: ['string', 'number', 'integer', 'boolean'],
  multiselect: ['array'],
  tags: ['array'],
  switch: ['boolean'],
  slider: ['number', 'integer'],
  segmented: ['string', 'number', 'integer', 'boolean'],
  date: ['string'],
  json: ['string', 'number', 'integer', 'boolean', 'array', 'object'],
};
const BY_TYPE: Record<string, Component> = {
  string: 'text',
  fasta: 'sequence',
  number: 'number',
  integer: 'number',
  boolean: 'switch',
  object: 'json',
};
/** The named component, if it can hold a value of this type; otherwise the usual one for the type. */
export function componentOf(
  { type, uiComponent }: { type: string; uiComponent: string },
  schema: JsonObject,
  hasChoices: boolean,
): Component {
  // Users do not type base64.
  if (type === 'string' && schema['contentEncoding'] === 'base64') return 'file';
  const wanted = COMPONENTS.find((component) => component === uiComponent) ?? ALIASES[uiComponent];
  const needs = wanted === 'select' || wanted === 'segmented' || wanted === 'multiselect';
  const isBounded = typeof schema['minimum'] === 'number' && typeof schema['maximum'] === 'number';
  const fits =
    wanted && HOLDS[wanted].includes(type) && (!needs || hasChoices) && (wanted !== 'slider' || isBounded);
  // `text` is the default component of a row, so choices override it.
  if (fits && !(wanted === 'text' && hasChoices)) return wanted;
  if (hasChoices && type !== 'object') return type === 'array' ? 'multiselect' : 'select';
  if (type === 'array') return itemTypeOf(schema) === 'string' ? 'tags' : 'json';
  return BY_TYPE[type] ?? 'json';
}

const itemTypeOf = ({ items }: JsonObject): Json | undefined => (isObject(items) ? items['type'] : 'string');

export function choicesOf(options: Json | undefined): Choice[] {
  if (!Array.isArray(options)) return [];
  return options.map((option) => {
    const is = isObject(option) ? (option['value'] ?? null) : option;
    const value = typeof is === 'string' ? is : JSON.stringify(is);
    const label = isObject(option) && typeof option['label'] === 'string' ? option['label'] : value;
    return { value, label, is };
  });
}
