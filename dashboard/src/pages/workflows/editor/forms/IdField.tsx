/** An id that other rows refer to. It changes when the user leaves the field and the id is free, not at every letter. */
import { TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { hintOf, patternError } from '../rules';

export function IdField({
  label,
  description,
  of,
  value,
  taken,
  onChange,
  onUnreadable,
  error,
}: {
  label: string;
  description: string;
  /** The rule that the id must follow. */
  of: readonly ['tasks', 'taskId'] | readonly ['parameters', 'name'];
  value: string;
  taken: readonly string[];
  onChange: (value: string) => void;
  /** Called with the error while the text is not a valid id. The last valid id is kept meanwhile. */
  onUnreadable: (ownError: string | null) => void;
  error?: string | undefined;
}) {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    setText(value);
  }
  const errorIn = (typed: string) =>
    typed === value ? null : taken.includes(typed) ? 'is already used' : patternError(of[0], of[1], typed);
  const ownError = errorIn(text);
  const isReported = useRef(false);
  const report = (message: string | null) => {
    if (message !== null || isReported.current) onUnreadable(message);
    isReported.current = message !== null;
  };
  const forget = useRef(report);
  useEffect(() => {
    forget.current = report;
  });
  useEffect(() => () => forget.current(null), []);
  const finish = () => {
    if (text !== value && ownError === null) onChange(text);
  };
  return (
    <div data-field={of[1]}>
      <TextInput
        label={label}
        description={`${description}. ${hintOf(of[0], of[1])}`}
        withAsterisk
        value={text}
        error={ownError ?? error}
        spellCheck={false}
        onChange={({ currentTarget }) => {
          setText(currentTarget.value);
          report(errorIn(currentTarget.value));
        }}
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
