/** The renderer of each kind of field: one table, so that a new kind is one line. */
import {
  Input,
  MultiSelect,
  SegmentedControl,
  Select,
  Slider,
  Switch,
  Textarea,
  TextInput,
} from '@mantine/core';
import type { Json } from '../../api/contract';
import { JsonField } from '../code/JsonField';
import type { Choice, Component } from './components';
import type { Field } from './fields';
import classes from './form.module.css';
import { FileField } from './FileField';
import { ListField } from './ListField';
import { localOf, momentOf } from './formats/moments';
import { NumberField } from './NumberField';
import { SequenceField } from './SequenceField';

export interface Drawn {
  field: Field;
  id: string;
  value: Json | undefined;
  onChange: (value: Json | undefined, unreadable?: string | null) => void;
  error: string | undefined;
}

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
const list = (value: Json | undefined): string[] => (Array.isArray(value) ? value.map(String) : []);
const keyOf = (value: Json | undefined): string | null =>
  value === undefined || value === null ? null : typeof value === 'string' ? value : JSON.stringify(value);
const chosen = (choices: readonly Choice[], key: string | null): Json | undefined =>
  choices.find(({ value }) => value === key)?.is;
const options = (choices: readonly Choice[]) => choices.map(({ value, label }) => ({ value, label }));
const number = (value: Json | undefined): number | null => (typeof value === 'number' ? value : null);

const basics = ({ field, id, error }: Drawn) => ({
  id,
  label: field.label,
  description: field.help,
  withAsterisk: field.isRequired,
  error,
});
const bounds = ({ schema, step }: Field) => ({
  ...(typeof schema['minimum'] === 'number' && { min: schema['minimum'] }),
  ...(typeof schema['maximum'] === 'number' && { max: schema['maximum'] }),
  ...(step !== null && { step }),
});
const hint = ({ placeholder, fallback }: Field): string =>
  placeholder ??
  (fallback === undefined || fallback === null || fallback === '' ? '' : `Default: ${keyOf(fallback)}`);
const unitOf = ({ unit }: Field) =>
  unit === null
    ? {}
    : { rightSection: <span className={classes.unit}>{unit}</span>, rightSectionWidth: 20 + unit.length * 8 };

/** Of many choices, only those that match the search are shown. */
const BRIEF = { limit: 100, comboboxProps: { keepMounted: false } } as const;

export const RENDERERS: Record<Component, (drawn: Drawn) => React.ReactNode> = {
  text: (drawn) => (
    <TextInput
      {...basics(drawn)}
      {...unitOf(drawn.field)}
      placeholder={hint(drawn.field)}
      value={text(drawn.value)}
      onChange={(event) => drawn.onChange(event.currentTarget.value || undefined)}
    />
  ),
  textarea: (drawn) => (
    <Textarea
      {...basics(drawn)}
      placeholder={hint(drawn.field)}
      autosize
      minRows={3}
      maxRows={14}
      value={text(drawn.value)}
      onChange={(event) => drawn.onChange(event.currentTarget.value || undefined)}
    />
  ),
  sequence: ({ field, id, value, onChange, error }) => (
    <SequenceField field={field} id={id} value={text(value)} onChange={onChange} error={error} />
  ),
  file: ({ field, id, value, onChange, error }) => (
    <FileField field={field} id={id} value={text(value)} onChange={onChange} error={error} />
  ),
  number: (drawn) => (
    <NumberField
      {...basics(drawn)}
      {...bounds(drawn.field)}
      {...unitOf(drawn.field)}
      allowDecimal={drawn.field.type !== 'integer'}
      placeholder={hint(drawn.field)}
      value={number(drawn.value)}
      onChange={drawn.onChange}
    />
  ),
  select: (drawn) => (
    <Select
      {...basics(drawn)}
      data={options(drawn.field.choices)}
      placeholder={hint(drawn.field)}
      value={keyOf(drawn.value)}
      clearable={!drawn.field.isRequired}
      searchable={drawn.field.choices.length > 8}
      allowDeselect={false}
      onChange={(key) => drawn.onChange(chosen(drawn.field.choices, key))}
      {...BRIEF}
    />
  ),
  multiselect: (drawn) => (
    <MultiSelect
      {...basics(drawn)}
      data={options(drawn.field.choices)}
      searchable
      clearable
      {...BRIEF}
      value={Array.isArray(drawn.value) ? drawn.value.map((item) => keyOf(item) ?? '') : []}
      onChange={(keys) => drawn.onChange(keys.map((key) => chosen(drawn.field.choices, key) ?? key))}
    />
  ),
  tags: (drawn) => (
    <ListField
      {...basics(drawn)}
      allowDuplicates={drawn.field.schema['uniqueItems'] !== true}
      placeholder={list(drawn.value).length === 0 ? hint(drawn.field) || 'Enter adds one' : ''}
      value={list(drawn.value)}
      onChange={drawn.onChange}
    />
  ),
  switch: ({ field, id, value, onChange, error }) => (
    <Switch
      id={id}
      label={field.label}
      description={field.help}
      error={error}
      checked={value === true}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  ),
  slider: (drawn) => {
    const { min = 0, max = 100 } = bounds(drawn.field);
    const value = number(drawn.value) ?? min;
    return (
      <Input.Wrapper
        {...basics(drawn)}
        labelElement="div"
        label={`${drawn.field.label}: ${value}${drawn.field.unit ? ` ${drawn.field.unit}` : ''}`}
      >
        <Slider
          mt={8}
          {...bounds(drawn.field)}
          min={min}
          max={max}
          step={drawn.field.step ?? (drawn.field.type === 'integer' ? 1 : (max - min) / 100)}
          label={null}
          thumbProps={{ 'aria-label': drawn.field.label }}
          value={value}
          onChange={drawn.onChange}
        />
      </Input.Wrapper>
    );
  },
  segmented: (drawn) => (
    <Input.Wrapper {...basics(drawn)} labelElement="div">
      <SegmentedControl
        mt={4}
        fullWidth
        aria-label={drawn.field.label}
        data={options(drawn.field.choices)}
        value={keyOf(drawn.value) ?? ''}
        onChange={(key) => drawn.onChange(chosen(drawn.field.choices, key))}
      />
    </Input.Wrapper>
  ),
  date: (drawn) => {
    const isMoment = drawn.field.schema['format'] === 'date-time';
    const shown = isMoment ? localOf(text(drawn.value)) : text(drawn.value);
    return (
      <TextInput
        {...basics(drawn)}
        type={isMoment ? 'datetime-local' : 'date'}
        value={shown}
        onChange={({ currentTarget: { value } }) =>
          drawn.onChange(value === '' ? undefined : isMoment ? momentOf(value) : value)
        }
      />
    );
  },
  json: ({ field, value, onChange, error }) => (
    <JsonField
      label={field.label}
      description={field.help}
      required={field.isRequired}
      value={value}
      onChange={onChange}
      error={error}
    />
  ),
};

/** These need the whole width. */
export const WIDE: ReadonlySet<Component> = new Set([
  'textarea',
  'sequence',
  'file',
  'multiselect',
  'tags',
  'json',
]);
