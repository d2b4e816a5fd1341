/** The state of a form: its values, its errors, and which errors are visible yet. */
import { useCallback, useMemo, useState } from 'react';
import type { Json, JsonObject } from '../../api/contract';
import { without } from '../code/json';
import { check, type FieldErrors } from './checks';
import { fieldsOf, type Field, type FormSource } from './fields';
import { startWith, toParameters, type Values } from './values';

export interface Form {
  fields: readonly Field[];
  values: Values;
  set: (name: string, value: Json | undefined, unreadable?: string | null) => void;
  /** All errors, and the visible ones: those of touched fields, or of all fields after an attempt to send. */
  errors: FieldErrors;
  shown: FieldErrors;
  showAll: () => void;
  /** The values to send. */
  parameters: JsonObject;
}

export function useForm(
  source: FormSource,
  isAdministrator: boolean,
  fill: (fields: readonly Field[]) => Values = startWith,
): Form {
  const fields = useMemo(() => fieldsOf(source, isAdministrator), [source, isAdministrator]);
  const [values, setValues] = useState<Values>(() => fill(fields));
  const [unreadable, setUnreadable] = useState<Readonly<Record<string, string>>>({});
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [isAll, setAll] = useState(false);
  const errors = useMemo(
    () => ({ ...check(fields, values, source.inputSchema), ...unreadable }),
    [fields, values, source, unreadable],
  );
  const set = useCallback((name: string, value: Json | undefined, error: string | null = null) => {
    setValues((now) => ({ ...now, [name]: value }));
    setTouched((now) => (now.has(name) ? now : new Set([...now, name])));
    setUnreadable((now) => (error === null ? without(now, name) : { ...now, [name]: error }));
  }, []);
  return {
    fields,
    values,
    set,
    errors,
    shown: isAll ? errors : Object.fromEntries(Object.entries(errors).filter(([name]) => touched.has(name))),
    showAll: () => setAll(true),
    parameters: useMemo(() => toParameters(fields, values), [fields, values]),
  };
}
