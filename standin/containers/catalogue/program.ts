/** The interface of a catalogue model's program, and reading its parameters. */
import { BadRequest } from '../alphafold/request.js';
import { LETTERS } from '../alphafold/residues.js';
import type { Fields, File } from '../container.js';

export interface Program {
  /** Modelled compute time in virtual seconds. Throws BadRequest for parameters that cannot be used. */
  seconds: (parameters: Fields) => number;
  answer: (parameters: Fields) => Fields | Promise<Fields>;
}

export function textIn(parameters: Fields, name: string, longest: number): string {
  const value = parameters[name];
  if (typeof value !== 'string' || value.trim() === '')
    throw new BadRequest(`parameters.${name} is missing.`);
  if (value.length > longest)
    throw new BadRequest(`parameters.${name} may have ${longest} characters; it has ${value.length}.`);
  return value;
}

export function sequenceIn(parameters: Fields, longest: number): string {
  const sequence = textIn(parameters, 'sequence', longest).replaceAll(/\s/g, '');
  const stranger = sequence.split('').find((letter) => !LETTERS.includes(letter));
  if (stranger !== undefined)
    throw new BadRequest(`The sequence may hold the letters ${LETTERS} only; it holds "${stranger}".`);
  return sequence;
}

export function wholeIn(
  parameters: Fields,
  name: string,
  usual: number,
  least: number,
  most: number,
): number {
  const value = parameters[name] ?? usual;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
    throw new BadRequest(`parameters.${name} must be a whole number from ${least} to ${most}.`);
  return value;
}

export const fileOf = (name: string, mediaType: string, data: string | Buffer): File => ({
  $file:
    typeof data === 'string'
      ? { name, mediaType, encoding: 'utf8', data }
      : { name, mediaType, encoding: 'base64', data: data.toString('base64') },
});
