/** One field: the input for its kind, with label, description and error. */
import { Input, NumberInput, SegmentedControl, Select, Switch, Textarea, TextInput } from '@mantine/core';
import { useId, useState } from 'react';
import type { Json, JsonObject } from '../../../api/contract';
import { isObject } from '../../../parts/code/json';
import { JsonField } from '../../../parts/code/JsonField';
import { textOf } from '../../../parts/difference/difference';
import { ListField } from '../../../parts/form/ListField';
import type { Field } from './field';
import { RATE, restOf } from './fields';
import { useFormState, useReport } from './useForm';
import classes from './Form.module.css';
import { Pairs } from './Pairs';
import { Rates } from '../prices/Rates';

export function FieldInput({ field, value }: { field: Field; value: unknown }): React.ReactNode {
  const { set, errors, refused, readOnly } = useFormState();
  const [isTouched, setTouched] = useState(false);
  const { path, label, description, kind, unit, min, max, required = false } = field;
  const own = errors.find((ownError) => ownError.path === path)?.message;
  const isEmpty = value === undefined || value === null || value === '';
  // A required field shows no error before it has been touched.
  const error =
    refused.find((ownError) => isAbout(field, ownError.path))?.message ??
    (isEmpty && !isTouched ? undefined : own);
  const common = { label, description, error, withAsterisk: required, onBlur: () => setTouched(true) };
  const text = isEmpty ? '' : textOf(value);
  const write = (next: string) => set(path, next === '' ? undefined : next);
  const section = unit
    ? { rightSection: <span className={classes.unit}>{unit}</span>, rightSectionWidth: 64 }
    : {};
  switch (kind) {
    case 'text':
    case 'date':
    case 'count':
    case 'decimal':
      return (
        <TextInput
          {...common}
          {...section}
          value={text}
          readOnly={readOnly}
          type={kind === 'date' ? 'date' : 'text'}
          spellCheck={kind === 'text' && !field.mono}
          {...(kind === 'count' && { inputMode: 'numeric' })}
          {...(kind === 'decimal' && { inputMode: 'decimal' })}
          onChange={(event) => write(event.currentTarget.value)}
        />
      );
    case 'long':
      return (
        <Textarea
          {...common}
          autosize
          minRows={2}
          maxRows={10}
          value={text}
          readOnly={readOnly}
          onChange={(event) => write(event.currentTarget.value)}
        />
      );
    case 'number':
      return (
        <NumberInput
          {...common}
          value={text}
          readOnly={readOnly}
          {...(min !== undefined && { min: Math.ceil(min) })}
          {...(max !== undefined && { max })}
          clampBehavior="none"
          {...(unit && { suffix: ` ${unit}` })}
          allowNegative={false}
          onChange={(next) => set(path, next === '' ? undefined : next)}
        />
      );
    case 'choice':
      return <Choice field={field} common={common} value={text} />;
    case 'switch':
      return (
        <Switch
          label={label}
          description={description}
          error={error}
          checked={value === true}
          disabled={readOnly}
          onChange={(event) => set(path, event.currentTarget.checked)}
          mt={4}
        />
      );
    case 'tags':
      return (
        <ListField
          {...common}
          value={Array.isArray(value) ? (value as string[]) : []}
          readOnly={readOnly}
          onChange={(next) => set(path, next)}
        />
      );
    case 'json':
      return (
        <JsonInput
          label={label}
          description={description}
          error={error}
          path={path}
          value={(value ?? {}) as JsonObject}
          write={(next) => set(path, next)}
        />
      );
    case 'pairs':
      return <Pairs field={field} value={(value ?? {}) as JsonObject} {...(error && { error })} />;
    case 'rest':
      return <Rest field={field} whole={(value ?? {}) as JsonObject} />;
  }
  return <Rates field={field} {...(error && { error })} />;
}

/** Rows and JSON show the errors of their members. */
const isAbout = ({ kind, path }: Field, of: string): boolean =>
  path === of ||
  (['pairs', 'json'].includes(kind) && of.startsWith(`${path}.`)) ||
  (kind === 'rates' && of.startsWith('pricing.') && RATE.test(of.slice('pricing.'.length)));

interface Common {
  label: string;
  description: string;
  error: string | undefined;
  withAsterisk: boolean;
  onBlur: () => void;
}

function Choice({
  field: { path, options = [], required },
  common,
  value,
}: {
  field: Field;
  common: Common;
  value: string;
}) {
  const { set, readOnly } = useFormState();
  const id = useId();
  const data = options.map(([value, label]) => ({ value, label }));
  if (required && options.length === 2)
    return (
      <Input.Wrapper
        id={id}
        label={common.label}
        labelElement="div"
        labelProps={{ id: `${id}-label` }}
        description={common.description}
        error={common.error}
        withAsterisk
      >
        <SegmentedControl
          fullWidth
          className={classes.segments}
          aria-labelledby={`${id}-label`}
          data={data}
          value={value}
          readOnly={readOnly}
          onChange={(next) => set(path, next)}
        />
      </Input.Wrapper>
    );
  // A value that is not offered is shown as it is.
  const all =
    value === '' || options.some(([one]) => one === value) ? data : [...data, { value, label: value }];
  return (
    <Select
      {...common}
      data={all}
      value={value || null}
      readOnly={readOnly}
      clearable={!required}
      allowDeselect={!required}
      onChange={(next) => set(path, next ?? undefined)}
    />
  );
}

function JsonInput({
  label,
  description,
  error,
  path,
  value,
  write,
}: {
  label: string;
  description: string;
  error: string | undefined;
  path: string;
  value: JsonObject;
  write: (value: JsonObject) => void;
}) {
  const { readOnly } = useFormState();
  const [ownError, setError] = useState<string | null>(null);
  useReport(path, ownError);
  const change = (next: Json | undefined, unreadable: string | null) => {
    const object = next ?? {};
    setError(unreadable ?? (isObject(object) ? null : 'must be an object: { … }'));
    if (unreadable === null && isObject(object)) write(object);
  };
  return (
    <JsonField
      label={label}
      description={description}
      error={ownError ?? error}
      value={value}
      readOnly={readOnly}
      onChange={change}
    />
  );
}

/** Settings without a field: written by other programs. They can only be removed. */
function Rest({ field: { path, label, description }, whole }: { field: Field; whole: JsonObject }) {
  const { set } = useFormState();
  const rest = restOf(path, whole);
  const [isShown] = useState(Object.keys(rest).length > 0);
  if (!isShown) return null;
  const shown = Object.fromEntries(Object.entries(whole).filter(([key]) => !(key in rest)));
  return (
    <JsonInput
      label={label}
      description={description}
      error={undefined}
      path={`${path}.…`}
      value={rest}
      write={(next) => set(path, { ...next, ...shown })}
    />
  );
}
