/** A form for one object of the definition, member by member. Values equal to their default are left out. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Json } from '../../../../api/contract';
import { at, isSame } from '../../../../parts/difference/difference';
import { fieldsOf, type FormSource } from '../../../../parts/form/fields';
import { SchemaForm } from '../../../../parts/form/SchemaForm';
import { byField, type Placed } from '../places';
import { write } from '../edits';

export interface ObjectFormProps<T> {
  source: FormSource;
  value: T;
  onChange: (value: T) => void;
  errors: readonly Placed[];
  warnings: readonly Placed[];
  /** Text in a field that is no JSON; null when it is corrected. */
  onUnreadable: (field: string, error: string | null) => void;
  /** Nothing is saved yet: an untouched field shows no error. */
  isNew?: boolean;
}

export function ObjectForm<T extends object>({
  source,
  value,
  onChange,
  errors,
  warnings,
  onUnreadable,
  isNew = false,
}: ObjectFormProps<T>) {
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const fields = useMemo(() => fieldsOf(source, false), [source]);
  const latest = useRef({ value, onChange, onUnreadable, fields });
  useEffect(() => {
    latest.current = { value, onChange, onUnreadable, fields };
  });
  const bad = useRef(new Set<string>());
  // Unreadable text is dropped together with its form.
  useEffect(
    () => () => {
      for (const name of bad.current) latest.current.onUnreadable(name, null);
    },
    [],
  );
  const set = useCallback((name: string, part: Json | undefined, unreadable: string | null = null) => {
    setTouched((now) => (now.has(name) ? now : new Set([...now, name])));
    const now = latest.current;
    if (unreadable !== null || bad.current.has(name)) now.onUnreadable(name, unreadable);
    if (unreadable !== null) {
      bad.current.add(name);
      return;
    }
    bad.current.delete(name);
    const fallback = now.fields.find((field) => field.name === name)?.fallback;
    const next = write(now.value, name, fallback !== undefined && isSame(part, fallback) ? undefined : part);
    // Two fields may change before the form renders again.
    latest.current = { ...now, value: next };
    now.onChange(next);
  }, []);
  const values = Object.fromEntries(
    fields.map(({ name, fallback }) => [name, (at(value, name) ?? fallback) as Json | undefined]),
  );
  const [found, warned] = useMemo(() => {
    const names = fields.map(({ name }) => name);
    return [byField(errors, names), byField(warnings, names)];
  }, [errors, warnings, fields]);
  const shown = isNew
    ? Object.fromEntries(
        Object.entries(found).filter(([name]) => touched.has(name) || (values[name] ?? '') !== ''),
      )
    : found;
  return <SchemaForm fields={fields} values={values} set={set} errors={shown} warnings={warned} />;
}
