/** The parameters, the form of the chosen one, and a preview of the run form. */
import { Empty } from '../../../../parts/page/Empty';
import type { Parameter } from '../../../../parts/form/fields';
import { newParameter } from '../../shapes';
import { filled, freeName, move } from '../edits';
import classes from '../editor.module.css';
import { IdField } from './IdField';
import { ObjectForm } from './ObjectForm';
import type { PageProps } from './pages';
import { Preview } from '../Preview';
import { RowList } from './RowList';
import { PARAMETER } from './sources';

const NAME = ['parameters', 'name'] as const;

export function ParametersPage({ draft, change, errors, warnings, row, choose, onUnreadable }: PageProps) {
  const { parameters } = draft;
  const at = parameters.findIndex(({ name }) => name === row);
  const parameter = parameters[at];
  const names = parameters.map(({ name }) => name);
  const set = (next: Parameter[]) => change({ ...draft, parameters: next });
  const own = errors.filter(({ place }) => place.row === row);
  const put = (next: Parameter) => set(parameters.map((other) => (other === parameter ? next : other)));
  return (
    <>
      <div className={classes.columns}>
        <RowList
          what="parameter"
          rows={parameters.map(({ name, displayName, type }) => ({
            id: name,
            title: displayName ?? name,
            detail: `${name}, ${type}`,
            errors: errors.filter(({ place }) => place.row === name).length,
          }))}
          selected={row}
          onSelect={choose}
          onAdd={() => {
            const name = freeName('parameter', names);
            set([...parameters, newParameter(name)]);
            choose(name);
          }}
          onMove={(name, step) => set(move(parameters, names.indexOf(name), step))}
          onRemove={(name) => {
            const left = parameters.filter((other) => other.name !== name);
            set(left);
            choose(left[Math.min(at, left.length - 1)]?.name ?? null);
          }}
        />
        {parameter ? (
          <div className={classes.form} key={at}>
            <IdField
              label="Name"
              description="Expressions read it: params.name"
              of={NAME}
              value={parameter.name}
              taken={names}
              onUnreadable={(error) => onUnreadable(`parameters.${parameter.name}.name`, error)}
              onChange={(name) => {
                put({ ...parameter, name });
                choose(name);
              }}
              error={
                own
                  .filter(({ place }) => place.field === '' || place.field === 'name')
                  .map(({ message }) => message)
                  .join('; ') || undefined
              }
            />
            <ObjectForm
              source={PARAMETER}
              value={parameter}
              onChange={(next) => put(filled(newParameter(parameter.name), next))}
              errors={own}
              warnings={warnings.filter(({ place }) => place.row === row)}
              onUnreadable={(field, error) => onUnreadable(`parameters.${parameter.name}.${field}`, error)}
            />
          </div>
        ) : (
          <Empty>
            {parameters.length === 0
              ? 'No parameter yet. Add the first with the plus button.'
              : 'Choose a parameter to edit it.'}
          </Empty>
        )}
      </div>
      <Preview source={draft} />
    </>
  );
}
