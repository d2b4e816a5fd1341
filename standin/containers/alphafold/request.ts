/** Parses a request to AlphaFold in either of its two shapes. */
import { fieldsOf, type Fields } from '../container.js';
import { profile } from './profile.js';
import { LETTERS } from './residues.js';

export interface FoldingRequest {
  task: string;
  sequence: string;
  numModels: number;
  relaxStructure: boolean;
  useTemplates: boolean;
  /** The structures of an earlier task, best first, if the caller sent them. */
  structures: readonly Fields[] | undefined;
}

/** The request cannot be served. The caller must change it. */
export class BadRequest extends Error {}

/** Throws BadRequest. */
export function readRequest(body: Buffer): FoldingRequest {
  const asked = fieldsOf(parse(body));
  const parameters = fieldsOf(asked['parameters']);
  const numModels = parameters['numModels'] ?? 5;
  if (typeof numModels !== 'number' || !Number.isInteger(numModels) || numModels < 1 || numModels > 5) {
    throw new BadRequest('numModels must be a whole number from 1 to 5.');
  }
  return {
    task: typeof asked['task'] === 'string' ? asked['task'] : '',
    sequence: readSequence(parameters['sequence'] ?? asked['sequence']),
    numModels,
    relaxStructure: parameters['relaxStructure'] !== false,
    useTemplates: parameters['useTemplates'] !== false,
    structures: findStructures(asked),
  };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new BadRequest('The request body is not JSON.');
  }
}

function readSequence(given: unknown): string {
  if (typeof given !== 'string' || given.trim() === '')
    throw new BadRequest('parameters.sequence is missing.');
  const sequence = given.replaceAll(/\s/g, '');
  const stranger = sequence.split('').find((letter) => !LETTERS.includes(letter));
  if (stranger !== undefined) {
    throw new BadRequest(`The sequence may hold the letters ${LETTERS} only; it holds "${stranger}".`);
  }
  if (sequence.length > profile.maxResidues) {
    throw new BadRequest(`The sequence may have ${profile.maxResidues} residues; it has ${sequence.length}.`);
  }
  return sequence;
}

function findStructures(asked: Fields): readonly Fields[] | undefined {
  const inputs = fieldsOf(asked['inputs']);
  const places = [
    asked,
    fieldsOf(asked['structure_prediction']),
    inputs,
    fieldsOf(inputs['structure_prediction']),
  ];
  const found = places.map((place) => place['structures']).find((value) => Array.isArray(value));
  return (found as unknown[] | undefined)?.map((structure) => fieldsOf(structure));
}
