/** The state between a draft and its inputs: values, errors and changes. */
import { createContext, useContext, useEffect, useState } from 'react';
import { at, isSame } from '../../../parts/difference/difference';
import type { FieldError } from '../../../parts/page/problem';
import { check } from './check';
import type { Fields } from '../shape';

export interface FormState {
  fields: Fields;
  set: (path: string, part: unknown) => void;
  /** Inputs with their own text reset when it changes. */
  epoch: string;
  readOnly: boolean;
  /** The errors that prevent saving. */
  errors: readonly FieldError[];
  /** The server's errors, as long as the field is unchanged since. */
  refused: readonly FieldError[];
  report: (path: string, message: string | null) => void;
}

export const Form = createContext<FormState | null>(null);

export function useFormState(): FormState {
  const form = useContext(Form);
  if (!form) throw new Error('A field is outside of a form.');
  return form;
}

/** `sent`: the draft that the server refused, and the errors. */
export function useForm({
  fields,
  set,
  epoch,
  readOnly,
  sent,
}: Pick<FormState, 'fields' | 'set' | 'epoch' | 'readOnly'> & {
  sent: { fields: Fields; errors: readonly FieldError[] } | null;
}): FormState {
  const [unreadable, setUnreadable] = useState<Readonly<Record<string, string>>>({});
  const report = (path: string, message: string | null) =>
    setUnreadable((now) => {
      if ((now[path] ?? null) === message) return now;
      const { [path]: _, ...others } = now;
      return message === null ? others : { ...others, [path]: message };
    });
  return {
    fields,
    set,
    epoch,
    readOnly,
    report,
    errors: [...check(fields), ...Object.entries(unreadable).map(([path, message]) => ({ path, message }))],
    refused: sent
      ? sent.errors.filter(({ path }) => path && isSame(at(fields, path), at(sent.fields, path)))
      : [],
  };
}

/** Text that cannot be read as a value prevents saving while it is in the field. */
export function useReport(path: string, message: string | null): void {
  const { report } = useFormState();
  useEffect(() => {
    report(path, message);
  }, [path, message]);
  useEffect(() => () => report(path, null), [path]);
}
