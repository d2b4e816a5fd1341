/** An id that others may point at: it changes when it is finished and free, not with every letter. */
import { TextInput } from '@mantine/core';
import { useState } from 'react';

export function IdField({
  label,
  description,
  value,
  taken,
  pattern,
  onChange,
  error,
}: {
  label: string;
  description?: string;
  value: string;
  taken: readonly string[];
  pattern: RegExp;
  onChange: (value: string) => void;
  error?: string | undefined;
}) {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    setText(value);
  }
  const fault =
    text === value
      ? null
      : taken.includes(text)
        ? 'is used already'
        : pattern.test(text)
          ? null
          : 'must be letters, digits and underscores, a letter first';
  const finish = () => {
    if (text === value) return;
    if (fault === null) onChange(text);
    else setText(value);
  };
  return (
    <div data-field={label === 'Id' ? 'taskId' : 'name'}>
      <TextInput
        label={label}
        description={description}
        withAsterisk
        value={text}
        error={fault ?? error}
        spellCheck={false}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={finish}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          finish();
        }}
      />
    </div>
  );
}
