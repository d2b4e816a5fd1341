/** The given parameters, and the values that were used. */
import type { components } from '../../../api/contract';
import { Card } from '../../../parts/page/Card';
import { DataTable } from '../../../parts/table/DataTable';
import { Empty } from '../../../parts/page/Empty';
import classes from '../Execution.module.css';
import type { Execution } from './view';
import { Value } from '../../../parts/code/Value';

export function Input({ execution: { parameters } }: { execution: Execution }) {
  if (Object.keys(parameters).length === 0)
    return (
      <Card title="Input">
        <Empty>Nothing was given, or you may not see it.</Empty>
      </Card>
    );
  return (
    <Card title="Input" aside="as it was given">
      <Value of={parameters} />
    </Card>
  );
}

type Definition = Pick<components['schemas']['Workflow'], 'defaultParameters' | 'parameters'>;

export function Parameters({
  execution,
  definition,
}: {
  execution: Execution;
  definition: Definition | undefined;
}) {
  const { parameters: given, resolvedParameters: resolved } = execution;
  const defaults = new Map(
    (definition?.parameters ?? []).map((parameter) => [parameter.name, parameter.default]),
  );
  for (const [name, value] of Object.entries(definition?.defaultParameters ?? {})) defaults.set(name, value);
  const titles = new Map(
    (definition?.parameters ?? []).map(({ name, displayName }) => [name, displayName ?? name]),
  );
  const names = [...new Set([...titles.keys(), ...Object.keys(resolved), ...Object.keys(given)])];
  return (
    <Card title="Parameters" aside="default, given, used" flush>
      <DataTable
        label="Parameters"
        rows={names}
        keyOf={(name) => name}
        empty={<Empty>This workflow takes no parameters, or you may not see them.</Empty>}
        columns={[
          {
            head: 'Parameter',
            cell: (name) => (
              <>
                {titles.get(name) ?? name} <code className="faint">{name}</code>
              </>
            ),
          },
          { head: 'Default', cell: (name) => <Short of={defaults.get(name)} /> },
          { head: 'Given', cell: (name) => <Short of={given[name]} /> },
          {
            head: 'Used',
            cell: (name) => (
              <span
                className={
                  name in given && JSON.stringify(given[name]) !== JSON.stringify(defaults.get(name))
                    ? classes.changed
                    : undefined
                }
              >
                <Short of={resolved[name]} />
              </span>
            ),
          },
        ]}
      />
    </Card>
  );
}

export function Short({ of: value }: { of: unknown }) {
  if (value === undefined || value === null) return <span className="faint">–</span>;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return (
    <code title={text.length > 40 ? text.slice(0, 2_000) : undefined}>
      {text.length > 40 ? `${text.slice(0, 32)}… (${text.length})` : text}
    </code>
  );
}
