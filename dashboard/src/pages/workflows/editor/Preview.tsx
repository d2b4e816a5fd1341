/** The form as users of the workflow will see it. Values typed here are checked and not sent. */
import { Switch } from '@mantine/core';
import { useCallback, useDeferredValue, useMemo, useState } from 'react';
import type { Json } from '../../../api/contract';
import { Empty } from '../../../parts/page/Empty';
import { check } from '../../../parts/form/checks';
import { fieldsOf, type FormSource } from '../../../parts/form/fields';
import { startWith, type Values } from '../../../parts/form/values';
import { SchemaForm } from '../../../parts/form/SchemaForm';
import classes from './editor.module.css';

export function Preview({ source: now }: { source: FormSource }) {
  const source = useDeferredValue(now);
  const [isAdministrator, setAdministrator] = useState(false);
  const [typed, setTyped] = useState<Values>({});
  const fields = useMemo(() => fieldsOf(source, isAdministrator), [source, isAdministrator]);
  const values = { ...startWith(fields), ...typed };
  const errors = check(fields, values, source.inputSchema);
  const set = useCallback(
    (name: string, value: Json | undefined) => setTyped((before) => ({ ...before, [name]: value })),
    [],
  );
  const touched = Object.fromEntries(Object.entries(errors).filter(([name]) => name in typed));
  return (
    <section className={classes.preview} aria-label="Preview">
      <div className={classes.previewHead}>
        <h3>Preview of the form</h3>
        <Switch
          size="xs"
          label="As an administrator sees it"
          checked={isAdministrator}
          onChange={(event) => setAdministrator(event.currentTarget.checked)}
        />
      </div>
      {fields.length === 0 ? (
        <Empty>Nothing can be set.</Empty>
      ) : (
        <SchemaForm fields={fields} values={values} set={set} errors={touched} />
      )}
    </section>
  );
}
