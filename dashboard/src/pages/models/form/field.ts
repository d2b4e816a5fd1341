/** The description of one field of a form. */
import type { Fields, Path } from '../shape';

type Kind =
  | 'text'
  | 'long'
  | 'count'
  | 'number'
  | 'decimal'
  | 'choice'
  | 'switch'
  | 'tags'
  | 'json'
  | 'pairs'
  | 'date'
  | 'rest'
  | 'rates';

export interface Field {
  /** The rates of units are one field, with a key for each rate. */
  path: Path | 'pricing.rates';
  label: string;
  description: string;
  kind: Kind;
  required?: true;
  unit?: string;
  options?: readonly (readonly [value: string, label: string])[];
  min?: number;
  max?: number;
  /** Characters. */
  length?: number;
  /** Beside another. */
  half?: true;
  mono?: true;
  /** Required only in this case. A present value is shown in any case. */
  when?: (fields: Fields) => boolean;
}

export interface Group {
  id: string;
  title: string;
  fields: readonly Field[];
}
