/** Which parameters the expressions of a definition read, against those that an execution can have. */
import { parametersIn, type ParametersRead } from '../expressions/references.js';
import { placesOf, type Source } from './definition-checks.js';
import type { Fault } from '../errors.js';
import { certainNames, knownNames } from './parameters.js';
import type { WorkflowDefinition } from './workflow.js';

/** More would not be read. */
const OFFERED = 10;

/** Parameters that nobody can ever give: reading one fails, or asks in vain. */
export function unknownParameters(definition: WorkflowDefinition, places = placesOf(definition)): Fault[] {
  const known = knownNames(definition);
  return readsOf(places).flatMap(({ path, read }) =>
    [...new Set([...read.needed, ...read.asked])]
      .filter((name) => !known.has(name))
      .map((name) => ({ path, message: `there is no parameter ${name}; ${offer(known)}` })),
  );
}

/** Parameters that may be left out, where an expression fails without them. */
export function uncertainParameters(definition: WorkflowDefinition, places = placesOf(definition)): Fault[] {
  const [known, certain] = [knownNames(definition), certainNames(definition)];
  return readsOf(places).flatMap(({ path, read }) =>
    [...read.needed]
      .filter((name) => known.has(name) && !certain.has(name) && !read.asked.has(name))
      .map((name) => ({
        path,
        message: `fails where ${name} is left out: give it a default, require it in the input schema, or read params.?${name}.orValue(…)`,
      })),
  );
}

const offer = (known: ReadonlySet<string>): string =>
  known.size === 0
    ? 'this workflow has none'
    : `there are ${[...known].slice(0, OFFERED).join(', ')}${known.size > OFFERED ? ', …' : ''}`;

/** By place. Expressions that cannot be compiled are reported elsewhere. */
const readsOf = (places: readonly Source[]): { path: string; read: ParametersRead }[] =>
  places.flatMap(({ path, sources }) => {
    try {
      return [{ path, read: parametersIn(sources) }];
    } catch {
      return [];
    }
  });
