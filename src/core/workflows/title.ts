/** The name of an execution: given by the caller, else the workflow's title, else the header of its sequence. */
import { compile } from '../expressions/cel.js';
import { headerOf } from './fasta.js';
import type { WorkflowDefinition } from './workflow.js';
import type { JsonObject } from '../json/json.js';

/** In characters. */
export const LONGEST_NAME = 200;

/**
 * One line of at most 200 characters; null if there is no name. A title that cannot be evaluated is ignored, so that a name
 * never refuses an execution.
 *
 * @param given the parameters as sent, with the headers of their sequences
 * @param resolved the parameters that the execution uses
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

/** Without control characters and line breaks, and cut between characters. */
const oneLine = (text: string | null | undefined): string =>
  Array.from((text ?? '').replaceAll(/[\p{C}\s]+/gu, ' ').trim())
    .slice(0, LONGEST_NAME)
    .join('')
    .trim();

/** A part of a file name: letters, digits, dots, dashes and underscores, at most 60; it may be empty. */
export const fileNameOf = (name: string | null): string =>
  (name ?? '')
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9.-]+/g, '_')
    .replaceAll(/^[_.]+|[_.]+$/g, '')
    .slice(0, 60);

/** The name of a downloaded file. A synthetic result keeps that mark in its file name. */
export const markedName = (name: string, synthetic: boolean): string =>
  synthetic ? `synthetic_${name}` : name;
