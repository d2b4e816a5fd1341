/** The form as users of the workflow will see it. Values typed here are checked and not sent. */
import { Switch } from '@mantine/core';
import { useCallback, useDeferredValue, useMemo, useState } from 'react';
import type { Json } from '../../../api/contract';
import { Empty } from '../../../parts/page/Empty';
import { check } from '../../../parts/form/checks';
import { fieldsOf, startWith, type FormSource, type Values } from '../../../parts/form/fields';
import { SchemaForm } from '../../../parts/form/SchemaForm';
import classes from './editor.module.css';

export function Preview({ source: now }: { source: FormSource }) {
  const source = useDeferredValue(now);
  const [isAdministrator, setAdministrator] = useState(false);
  const [typed, setTyped] = useState<Values>({});
  const fields = useMemo(() => fieldsOf(source, isAdministrator), [source, isAdministrator]);
  const values = { ...startWith(fields), ...typed };
  const faults = check(fields, values, source.inputSchema);
  const set = useCallback(
    (name: string, value: Json | undefined) => setTyped((before) => ({ ...before, [name]: value })),
    [],
  );
  const touched = Object.fromEntries(Object.entries(faults).filter(([name]) => name in typed));
  return (
    <section className={classes.preview} aria-label="Preview">
      <div className={classes.previewHead}>
        <h3>The form they make</h3>
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
        <SchemaForm fields={fields} values={values} set={set} faults={touched} />
      )}
    </section>
  );
}
