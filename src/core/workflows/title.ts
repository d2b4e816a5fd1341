/** What an execution is called: as the caller says, else by the workflow's title, else by the header of its sequence. */
import { compile } from '../expressions/cel.js';
import { headerOf } from './fasta.js';
import type { WorkflowDefinition } from './workflow.js';
import type { JsonObject } from '../json/json.js';

/** In characters. */
export const LONGEST_NAME = 200;

/**
 * One line of at most 200 characters; null when nothing names it. A title that cannot be evaluated names nothing:
 * a name is never a reason to refuse.
 *
 * @param given the parameters as they were sent, with the headers of their sequences
 * @param resolved the parameters as the execution has them
 */
export function nameFor(
  { title, parameters }: Pick<WorkflowDefinition, 'title' | 'parameters'>,
  { asked, given, resolved }: { asked?: string | undefined; given: JsonObject; resolved: JsonObject },
): string | null {
  const headers = parameters
    .filter(({ type }) => type === 'fasta')
    .map(({ name }) => (Object.hasOwn(given, name) ? headerOf(given[name]) : null));
  const candidates = [asked, title ? titled(title, resolved) : null, ...headers];
  return candidates.map(oneLine).find((name) => name !== '') ?? null;
}

function titled(title: string, params: JsonObject): string | null {
  try {
    const value = compile(title).evaluate({ params });
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}

/** Without what no line can show, and cut between characters. */
const oneLine = (text: string | null | undefined): string =>
  Array.from((text ?? '').replaceAll(/[\p{C}\s]+/gu, ' ').trim())
    .slice(0, LONGEST_NAME)
    .join('')
    .trim();

/** For file names: letters, digits, dots, dashes and underscores, at most 60; empty when nothing of it is left. */
export const fileNameOf = (name: string | null): string =>
  (name ?? '')
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9.-]+/g, '_')
    .replaceAll(/^[_.]+|[_.]+$/g, '')
    .slice(0, 60);

/** The name of a file for somebody else's disk: what is made up says so there as well. */
export const markedName = (name: string, synthetic: boolean): string =>
  synthetic ? `synthetic_${name}` : name;
