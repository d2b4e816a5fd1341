/** A form whose sequence field holds several records: one execution for each. */
import type { paths } from '../../../api/contract';
import { own } from '../../../parts/code/json';
import type { Field } from '../../../parts/form/fields';
import type { Values } from '../../../parts/form/values';
import type { FieldErrors } from '../../../parts/form/checks';
import { recordsIn } from '../../../parts/form/formats/sequence';

/** The API's limit for one request. */
export const MOST = 1_000;

export interface Batch {
  /** The parameter that holds the records. */
  field: string;
  records: string[];
}

/** Null if each field holds at most one record, or if a second field holds several too. */
export function batchIn(fields: readonly Field[], values: Values): Batch | null {
  const several = fields.flatMap(({ name, type }) => {
    const value = own(values, name);
    const records = type === 'fasta' && typeof value === 'string' ? recordsIn(value) : [];
    return records.length > 1 ? [{ field: name, records }] : [];
  });
  return several.length === 1 ? (several[0] as Batch) : null;
}

/** Several records in the field are no error if each becomes an execution. */
export const errorsInBatch = (errors: FieldErrors, batch: Batch | null): FieldErrors =>
  batch ? Object.fromEntries(Object.entries(errors).filter(([name]) => name !== batch.field)) : errors;

/** The values of the form for each execution. */
type Request =
  paths['/v1/workflows/{workflowId}/executions']['post']['requestBody']['content']['application/json'];
export type Body = Pick<Request, 'parameters' | 'name' | 'tags'>;

/** The API's limit for the length of a name. */
const MOST_NAME = 200;

/** The requests to the API. A common tag finds the executions again. If the form has a name, each execution's name begins with it. */
export const executionsOf = (
  { field, records }: Batch,
  { parameters, name, tags = [], ...conditions }: Body,
  tag: string,
) =>
  records.map((record, index) => ({
    ...conditions,
    ...(name && { name: `${name} ${labelOf(record, index)}`.slice(0, MOST_NAME).trim() }),
    parameters: { ...parameters, [field]: record },
    tags: [...tags, tag],
  }));

/** The label of a record in a list of errors. */
export const labelOf = (record: string, index: number): string =>
  /^>\s*(\S[^\n]{0,60})/.exec(record)?.[1] ?? `Record ${index + 1}`;
