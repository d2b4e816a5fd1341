/** A number in a form. Text that is not yet a number ("1.", "-", "1.0") stays as typed. */
import { NumberInput, type NumberInputProps } from '@mantine/core';
import { useState } from 'react';
import { readNumber } from './formats/numbers';

export function NumberField({
  value,
  onChange,
  ...rest
}: Omit<NumberInputProps, 'value' | 'onChange'> & {
  value: number | null;
  /** `unreadable` is set while the text cannot be read as a number; the value is then undefined. */
  onChange: (value: number | undefined, unreadable: string | null) => void;
}) {
  const [text, setText] = useState<string | number>(value ?? '');
  const [known, setKnown] = useState(value);
  // A value from outside replaces the text. The user's own typing is never rewritten.
  if (known !== value) {
    setKnown(value);
    if ((readNumber(text).value ?? null) !== value) setText(value ?? '');
  }
  return (
    <NumberInput
      {...rest}
      clampBehavior="none"
      value={text}
      onChange={(next) => {
        setText(next);
        const { value: number, error } = readNumber(next);
        onChange(number, error);
      }}
    />
  );
}
