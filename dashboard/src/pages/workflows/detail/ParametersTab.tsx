/** The parameters and the schemas of a workflow, as they are defined. */
import type { Json } from '../../../api/contract';
import { DataTable } from '../../../parts/table/DataTable';
import { write } from '../../../parts/code/json';
import { JsonField } from '../../../parts/code/JsonField';
import { Empty } from '../../../parts/page/Empty';
import { fieldsOf, type Field } from '../../../parts/form/fields';
import type { Workflow } from '../shapes';
import classes from '../workflows.module.css';

const WHO: Record<string, string> = {
  admin_only: 'Administrators',
  fixed: 'Nobody but administrators: fixed',
};
const asText = (value: Json | undefined): string => (typeof value === 'string' ? value : write(value));

function rulesOf({ schema, alphabet, choices }: Field): string {
  const { type: _, enum: __, description: ___, title: ____, ...rules } = schema;
  return [
    ...Object.entries(rules).map(([rule, limit]) => `${rule} ${asText(limit)}`),
    ...(alphabet === null ? [] : [`letters ${alphabet}`]),
    ...(choices.length > 0 ? [`one of ${choices.map(({ label }) => label).join(', ')}`] : []),
  ].join('; ');
}

export function ParametersTab({ workflow }: { workflow: Workflow }) {
  return (
    <DataTable
      label="Parameters"
      rows={fieldsOf(workflow, true)}
      keyOf={({ name }) => name}
      empty={<Empty>It has no parameters: it always runs in the same way.</Empty>}
      columns={[
        {
          head: 'Parameter',
          cell: ({ name, label, help, isRequired }) => (
            <div className={classes.named}>
              <span className={classes.name}>
                {label} {isRequired && <span className="faint">required</span>}
              </span>
              <code className="faint">{name}</code>
              {help && <span className="quiet">{help}</span>}
            </div>
          ),
        },
        { head: 'Type', cell: ({ type }) => type },
        {
          head: 'Default',
          cell: ({ fallback }) => (fallback === undefined ? '–' : <code>{asText(fallback)}</code>),
        },
        { head: 'Rules', wide: true, cell: (field) => rulesOf(field) || '–' },
        { head: 'Set by', wide: true, cell: ({ reserved }) => (reserved ? WHO[reserved] : 'Everybody') },
      ]}
    />
  );
}

export function SchemasTab({ workflow }: { workflow: Workflow }) {
  const sheets: [label: string, value: Json | null][] = [
    ['Input schema', workflow.inputSchema],
    ['Output schema', workflow.outputSchema],
    ['Output mapping', workflow.outputMapping],
    ['Default parameters', workflow.defaultParameters],
  ];
  return (
    <div className={classes.sheets}>
      {sheets.map(([label, value]) => (
        <JsonField key={label} label={label} value={value ?? undefined} onChange={() => {}} readOnly />
      ))}
    </div>
  );
}
