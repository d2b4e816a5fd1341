/** The API's rules for the editor's fields. Hints, choices and bounds come from the rules that the server checks. */
import { WORKFLOW_RULES } from '../../../api/contract';

/** The owner of a field: a task, a parameter, or the workflow itself. */
export type Root = 'tasks' | 'parameters' | '';

export interface Rule {
  pattern?: string;
  /** The pattern in words. */
  description?: string;
  enum?: readonly string[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
}

const RULES: Readonly<Record<string, Rule>> = WORKFLOW_RULES;

export const ruleOf = (root: Root, field: string): Rule => RULES[root ? `${root}.${field}` : field] ?? {};

export const hintOf = (root: Root, field: string): string => {
  const { description = '' } = ruleOf(root, field);
  return description && `${description.charAt(0).toUpperCase()}${description.slice(1)}.`;
};

export const choicesOf = (root: Root, field: string, labelOf: (value: string) => string) =>
  (ruleOf(root, field).enum ?? []).map((value) => ({ value, label: labelOf(value) }));

/** The server's default. */
export const nextVersion = (version: string): string =>
  version.replace(/\d+$/, (last) => String(Number(last) + 1));

/** The server's error for an id, a name or a version. */
export function patternError(root: Root, field: string, text: string): string | null {
  const { pattern = '', description = '' } = ruleOf(root, field);
  return new RegExp(pattern).test(text) ? null : `must be ${description}`;
}
