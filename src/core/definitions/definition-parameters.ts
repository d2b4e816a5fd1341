/** Compares the parameters that a definition's expressions read with those that an execution can have. */
import { parametersIn, type ParametersRead } from '../expressions/references.js';
import { placesOf, type Source } from './definition-checks.js';
import type { Fault } from '../errors.js';
import { certainNames, knownNames } from '../workflows/parameters.js';
import type { WorkflowDefinition } from '../workflows/workflow.js';

/** How many known parameters a message lists. */
const MAX_LISTED = 10;

/** Parameters that no execution can have: reading one fails or always finds it missing. */
export function unknownParameters(definition: WorkflowDefinition, places = placesOf(definition)): Fault[] {
  const known = knownNames(definition);
  return readsOf(places).flatMap(({ path, read }) =>
    [...new Set([...read.required, ...read.optional])]
      .filter((name) => !known.has(name))
      .map((name) => ({ path, message: `there is no parameter ${name}; ${offer(known)}` })),
  );
}

/** Parameters that may be missing, although an expression fails without them. */
export function uncertainParameters(definition: WorkflowDefinition, places = placesOf(definition)): Fault[] {
  const [known, certain] = [knownNames(definition), certainNames(definition)];
  return readsOf(places).flatMap(({ path, read }) =>
    [...read.required]
      .filter((name) => known.has(name) && !certain.has(name) && !read.optional.has(name))
      .map((name) => ({
        path,
        message: `fails if ${name} is left out: give it a default, require it in the input schema, or read params.?${name}.orValue(…)`,
      })),
  );
}

const offer = (known: ReadonlySet<string>): string =>
  known.size === 0
    ? 'this workflow has none'
    : `there are ${[...known].slice(0, MAX_LISTED).join(', ')}${known.size > MAX_LISTED ? ', …' : ''}`;

/** By place. Expressions that do not compile are reported elsewhere. */
const readsOf = (places: readonly Source[]): { path: string; read: ParametersRead }[] =>
  places.flatMap(({ path, sources }) => {
    try {
      return [{ path, read: parametersIn(sources) }];
    } catch {
      return [];
    }
  });
