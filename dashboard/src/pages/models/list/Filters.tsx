/** Inputs for filters that are stored in the address. */
import { Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import classes from './List.module.css';

export function SearchFilter({
  label,
  placeholder,
  value,
  set,
}: {
  label: string;
  placeholder: string;
  value: string | undefined;
  set: (value: string | undefined) => void;
}) {
  const [text, setText] = useState(value ?? '');
  const [known, setKnown] = useState(value);
  // The address may change by a link, too.
  if (known !== value) {
    setKnown(value);
    if ((value ?? '') !== text.trim()) setText(value ?? '');
  }
  const say = useDebouncedCallback((next: string) => set(next.trim() || undefined), 250);
  return (
    <TextInput
      className={classes.wide}
      size="xs"
      type="search"
      label={label}
      placeholder={placeholder}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        say(event.currentTarget.value);
      }}
    />
  );
}

export function SelectFilter({
  label,
  value,
  set,
  options,
}: {
  label: string;
  value: string | undefined;
  set: (value: string | undefined) => void;
  options: readonly (readonly [value: string, label: string])[];
}) {
  const known =
    value === undefined || options.some(([one]) => one === value)
      ? options
      : [...options, [value, value] as const];
  return (
    <Select
      size="xs"
      label={label}
      placeholder="Any"
      clearable
      data={known.map(([value, label]) => ({ value, label }))}
      value={value ?? null}
      onChange={(next) => set(next ?? undefined)}
    />
  );
}
