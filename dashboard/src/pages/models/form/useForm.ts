/** The state between a draft and its inputs: values, errors and changes. */
import { createContext, useContext, useEffect, useState } from 'react';
import { at, isSame } from '../../../parts/difference/difference';
import type { Fault } from '../../../parts/difference/Unsaved';
import { check } from './check';
import type { Fields } from '../shape';

export interface FormState {
  fields: Fields;
  set: (path: string, part: unknown) => void;
  /** Inputs with a text of their own begin anew when it changes. */
  epoch: string;
  readOnly: boolean;
  /** What keeps the draft from being saved. */
  faults: readonly Fault[];
  /** What the server found, as long as the field is as it was sent. */
  refused: readonly Fault[];
  report: (path: string, message: string | null) => void;
}

export const Form = createContext<FormState | null>(null);

export function useFormState(): FormState {
  const form = useContext(Form);
  if (!form) throw new Error('A field is outside of a form.');
  return form;
}

/** `sent`: what the server refused, and its reasons. */
export function useForm({
  fields,
  set,
  epoch,
  readOnly,
  sent,
}: Pick<FormState, 'fields' | 'set' | 'epoch' | 'readOnly'> & {
  sent: { fields: Fields; faults: readonly Fault[] } | null;
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
    faults: [...check(fields), ...Object.entries(unreadable).map(([path, message]) => ({ path, message }))],
    refused: sent
      ? sent.faults.filter(({ path }) => path && isSame(at(fields, path), at(sent.fields, path)))
      : [],
  };
}

/** Text that cannot be read as a value holds the form up for as long as it stands there. */
export function useReport(path: string, message: string | null): void {
  const { report } = useFormState();
  useEffect(() => {
    report(path, message);
  }, [path, message]);
  useEffect(() => () => report(path, null), [path]);
}
