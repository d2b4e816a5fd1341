/** The state of a form: its values, its errors, and which errors are visible yet. */
import { useCallback, useMemo, useState } from 'react';
import type { Json, JsonObject } from '../../api/contract';
import { without } from '../code/json';
import { check, type Faults } from './checks';
import { fieldsOf, startWith, toParameters, type Field, type FormSource, type Values } from './fields';

export interface Form {
  fields: readonly Field[];
  values: Values;
  set: (name: string, value: Json | undefined, unreadable?: string | null) => void;
  /** All errors, and the visible ones: those of touched fields, or of all fields after an attempt to send. */
  faults: Faults;
  shown: Faults;
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
  const faults = useMemo(
    () => ({ ...check(fields, values, source.inputSchema), ...unreadable }),
    [fields, values, source, unreadable],
  );
  const set = useCallback((name: string, value: Json | undefined, fault: string | null = null) => {
    setValues((now) => ({ ...now, [name]: value }));
    setTouched((now) => (now.has(name) ? now : new Set([...now, name])));
    setUnreadable((now) => (fault === null ? without(now, name) : { ...now, [name]: fault }));
  }, []);
  return {
    fields,
    values,
    set,
    faults,
    shown: isAll ? faults : Object.fromEntries(Object.entries(faults).filter(([name]) => touched.has(name))),
    showAll: () => setAll(true),
    parameters: useMemo(() => toParameters(fields, values), [fields, values]),
  };
}
