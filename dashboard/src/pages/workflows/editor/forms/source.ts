/** A form of the editor as data, from rows with a name, a label and the rest. */
import type { components, Json, JsonObject } from '../../../../api/contract';
import type { PathsIn } from '../../../../api/paths';
import type { FormSource, Parameter } from '../../../../parts/form/fields';
import { ruleOf, type Root } from '../rules';

type Input = components['schemas']['WorkflowInput'];
interface Members extends Record<Root, object> {
  tasks: NonNullable<Input['tasks']>[number];
  parameters: NonNullable<Input['parameters']>[number];
  '': Input;
}
export type Row<R extends Root> = [
  name: PathsIn<Members[R]>,
  label: string,
  more?: Partial<Parameter> & {
    options?: Json;
    unit?: string;
    advanced?: boolean;
    wide?: boolean;
    placeholder?: string;
  },
];

/** The bounds are the API's. */
export function source<R extends Root>(
  root: R,
  rows: readonly Row<R>[],
  required: readonly PathsIn<Members[R]>[] = [],
): FormSource {
  return {
    inputSchema: { required: [...required] },
    defaultParameters: {},
    parameters: rows.map(
      ([name, displayName, { options, unit, advanced, wide, placeholder, ...more } = {}]) => ({
        name,
        displayName,
        description: null,
        type: 'string',
        default: null,
        validation: boundsOf(root, name),
        uiComponent: '',
        userConfigurable: true,
        adminOnly: false,
        ...more,
        uiConfig: {
          ...(options !== undefined && { options }),
          ...(unit !== undefined && { unit }),
          ...(advanced !== undefined && { advanced }),
          ...(wide !== undefined && { wide }),
          ...(placeholder !== undefined && { placeholder }),
        },
      }),
    ),
  };
}

function boundsOf(root: Root, name: string): JsonObject {
  const { minimum, maximum } = ruleOf(root, name);
  return { ...(minimum !== undefined && { minimum }), ...(maximum !== undefined && { maximum }) };
}

/** Kinds of rows that several forms have. */
export const JSON_ROW = { type: 'object', uiComponent: 'json' };
export const SECONDS_ROW = { type: 'integer', unit: 's' };
