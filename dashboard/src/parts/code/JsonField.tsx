/** A JSON field with label and error like any other field. It is a plain text field until the editor is loaded. */
import { Input, Textarea } from '@mantine/core';
import { lazy, Suspense, useId, useRef, useState } from 'react';
import type { Json } from '../../api/contract';
import classes from './code.module.css';
import { isSame } from '../difference/difference';
import { isObject, read, write } from './json';

/** Whether the field was emptied and the value is an empty object, which means the same. */
const isLeftOut = (typed: Json | undefined, value: Json | undefined): boolean =>
  typed === undefined && isObject(value) && Object.keys(value).length === 0;

const JsonEditor = lazy(() => import('./JsonEditor'));

export interface JsonFieldProps {
  label: string;
  description?: React.ReactNode;
  value: Json | undefined;
  /** `unreadable` is set while the text is not JSON; the value is then the last valid one. */
  onChange: (value: Json | undefined, unreadable: string | null) => void;
  error?: React.ReactNode;
  required?: boolean;
  readOnly?: boolean;
  minRows?: number;
}

export function JsonField({
  label,
  description,
  value,
  onChange,
  error,
  required = false,
  readOnly = false,
  minRows = 4,
}: JsonFieldProps) {
  const id = useId();
  const [text, setText] = useState(() => write(value));
  const [known, setKnown] = useState(value);
  const now = read(text);
  // The field for typing while the editor loads.
  const caret = useRef<number | null>(null);
  // A value from outside replaces the text. The user's own typing is never rewritten.
  if (known !== value) {
    setKnown(value);
    if (now.error === null && !isSame(now.value, value) && !isLeftOut(now.value, value))
      setText(write(value));
  }
  const shownError = now.error ?? error;
  const type = (next: string) => {
    setText(next);
    const { value: parsed, error: unreadable } = read(next);
    onChange(unreadable === null ? parsed : value, unreadable);
  };
  const described = [description && `${id}-description`, shownError && `${id}-error`]
    .filter(Boolean)
    .join(' ');
  return (
    <Input.Wrapper
      id={id}
      label={label}
      labelElement="div"
      labelProps={{ id: `${id}-label` }}
      description={description}
      error={shownError}
      withAsterisk={required}
    >
      <Suspense
        fallback={
          <Textarea
            aria-labelledby={`${id}-label`}
            classNames={{ input: classes.mono }}
            autosize
            minRows={minRows}
            maxRows={24}
            value={text}
            readOnly={readOnly}
            onChange={(event) => type(event.currentTarget.value)}
            onSelect={({ currentTarget }) => (caret.current = currentTarget.selectionEnd)}
            onBlur={() => (caret.current = null)}
          />
        }
      >
        <JsonEditor
          text={text}
          caret={caret}
          onText={type}
          labelledBy={`${id}-label`}
          describedBy={described}
          isInvalid={Boolean(shownError)}
          readOnly={readOnly}
          minRows={minRows}
        />
      </Suspense>
    </Input.Wrapper>
  );
}
