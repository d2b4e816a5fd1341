/** A model's fields, rendered from the list of fields. */
import { at, isSame } from '../../../parts/difference/difference';
import type { FieldError } from '../../../parts/page/problem';
import { FieldInput } from './FieldInput';
import type { Field, Group } from './field';
import classes from './Form.module.css';
import { useFormState } from './useForm';

export function FieldGroup({
  group: { id, title, fields },
  children,
}: {
  group: Group;
  children?: React.ReactNode;
}) {
  return (
    <section id={id} className={classes.group} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`} tabIndex={-1}>
        {title}
      </h2>
      <div className={classes.grid}>
        {fields.map((field) => (
          <Place key={`${field.path} ${field.kind}`} field={field} />
        ))}
      </div>
      {children}
    </section>
  );
}

function Place({ field }: { field: Field }) {
  const { fields, epoch } = useFormState();
  const value = at(fields, field.path);
  const isEmpty = value === undefined || value === null || value === '' || isSame(value, {});
  if (field.when && !field.when(fields) && isEmpty) return null;
  const own = ['json', 'pairs', 'rest', 'rates'].includes(field.kind);
  return (
    <div className={`${field.half ? classes.half : classes.whole} ${field.mono ? classes.mono : ''}`}>
      <FieldInput key={own ? epoch : field.path} field={field} value={value} />
    </div>
  );
}

/** Links to the groups, with marks for changes and errors. */
export function Contents({
  groups,
  changes,
  errors,
}: {
  groups: readonly Group[];
  changes: readonly { path: string }[];
  errors: readonly FieldError[];
}) {
  const within = (group: Group, path: string) =>
    group.fields.some((field) => path === field.path || path.startsWith(`${field.path}.`));
  return (
    <nav aria-label="Parts of this form">
      <ul className={classes.contents}>
        {groups.map((group) => {
          const [wrong, changed] = [errors, changes].map(
            (list) => list.filter(({ path }) => within(group, path)).length,
          );
          return (
            <li key={group.id}>
              <a
                href={`#${group.id}`}
                onClick={(event) => {
                  event.preventDefault();
                  document.querySelector(`#${group.id}`)?.scrollIntoView();
                  document.querySelector<HTMLElement>(`#${group.id}-title`)?.focus({ preventScroll: true });
                }}
              >
                {group.title}
                {wrong ? (
                  <span className={classes.wrong}>{wrong} to fix</span>
                ) : changed ? (
                  <span className={classes.changed}>{changed} changed</span>
                ) : null}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
