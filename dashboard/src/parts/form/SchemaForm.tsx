/** A form from its fields: the main ones first, the others below "More options", each error below its field. */
import { Alert, Button, Collapse } from '@mantine/core';
import { IconAlertTriangle, IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { memo, useId, useState } from 'react';
import type { Json } from '../../api/contract';
import { own } from '../code/json';
import { plural } from '../quantities';
import type { FieldErrors } from './checks';
import type { Field } from './fields';
import type { Values } from './values';
import classes from './form.module.css';
import { RENDERERS, WIDE } from './renderers';

type Set = (name: string, value: Json | undefined, unreadable?: string | null) => void;

export interface SchemaFormProps {
  fields: readonly Field[];
  values: Values;
  set: Set;
  errors: FieldErrors;
  /** Warnings that do not prevent sending. */
  warnings?: FieldErrors;
  /** Shows the number of errors at the top. */
  counts?: boolean;
  /** Shown with the other options, and opens them if it has an error. */
  children?: React.ReactNode;
  opens?: boolean;
}

export function SchemaForm({
  fields,
  values,
  set,
  errors,
  warnings = {},
  counts = false,
  children,
  opens = false,
}: SchemaFormProps) {
  const root = useId();
  const [isOpen, setOpen] = useState(false);
  const main = fields.filter(({ isMain }) => isMain);
  const more = fields.filter(({ isMain }) => !isMain);
  const wrong = fields.filter(({ name }) => own(errors, name) !== undefined);
  const general = errors[''] ? [errors['']] : [];
  const mustOpen = opens || more.some(({ name }) => own(errors, name) !== undefined);
  // Once open it stays open: a user who has fixed the error still works in it.
  if (mustOpen && !isOpen) setOpen(true);
  const idOf = (name: string) => `${root}-${name}`;
  const grid = (shown: readonly Field[]) => (
    <Grid fields={shown} values={values} set={set} errors={errors} warnings={warnings} idOf={idOf} />
  );
  const count = wrong.length + general.length;
  return (
    <div className={classes.form}>
      {count > 0 && (counts || general.length > 0) && (
        <Alert
          color="red"
          variant="outline"
          role="alert"
          title={`${plural(count, 'thing needs', 'things need')} your attention`}
        >
          <ul className={classes.errors}>
            {wrong.map(({ name, label }) => (
              <li key={name}>
                <a
                  className="plain"
                  href={`#${idOf(name)}`}
                  onClick={(event) => {
                    event.preventDefault();
                    setOpen((now) => now || more.some((field) => field.name === name));
                    window.setTimeout(() => document.getElementById(idOf(name))?.focus());
                  }}
                >
                  {label}
                </a>{' '}
                {own(errors, name)}
              </li>
            ))}
            {general.map((message) => (
              <li key={message}>{message}</li>
            ))}
          </ul>
        </Alert>
      )}
      {grid(main)}
      {(more.length > 0 || children) && (
        <div>
          <Button
            variant="subtle"
            px={4}
            aria-expanded={isOpen}
            aria-controls={`${root}-more`}
            leftSection={
              isOpen ? <IconChevronDown size={15} aria-hidden /> : <IconChevronRight size={15} aria-hidden />
            }
            onClick={() => setOpen(!isOpen)}
          >
            More options
          </Button>
          <Collapse expanded={isOpen} id={`${root}-more`}>
            <div className={classes.more}>
              {grid(more)}
              {children}
            </div>
          </Collapse>
        </div>
      )}
    </div>
  );
}

function Grid({
  fields,
  values,
  set,
  errors,
  warnings,
  idOf,
}: Pick<SchemaFormProps, 'fields' | 'values' | 'set' | 'errors'> & {
  warnings: FieldErrors;
  idOf: (name: string) => string;
}) {
  return (
    <div className={classes.grid}>
      {fields.map((field) => (
        <Cell
          key={field.name}
          field={field}
          id={idOf(field.name)}
          value={own(values, field.name)}
          set={set}
          error={own(errors, field.name)}
          warning={own(warnings, field.name)}
        />
      ))}
    </div>
  );
}

const Cell = memo(function Cell({
  field,
  id,
  value,
  set,
  error,
  warning,
}: {
  field: Field;
  id: string;
  value: Json | undefined;
  set: Set;
  error: string | undefined;
  warning: string | undefined;
}) {
  const { name, component, isWide, reserved } = field;
  return (
    <div className={classes.cell} data-wide={isWide || WIDE.has(component) || undefined} data-field={name}>
      {RENDERERS[component]({
        field,
        id,
        value,
        error,
        onChange: (next, unreadable) => set(name, next, unreadable),
      })}
      {warning !== undefined && (
        <p className={classes.warning}>
          <IconAlertTriangle size={14} aria-hidden /> <span className="visually-hidden">Warning: </span>
          {warning}
        </p>
      )}
      {reserved && (
        <p className={classes.reserved}>
          {reserved === 'fixed' ? 'Fixed for others than administrators' : 'Administrators only'}
        </p>
      )}
    </div>
  );
});
