/** Names and values in rows. */
import { ActionIcon, Button, Input, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useId, useState } from 'react';
import type { JsonObject } from '../../../api/contract';
import { textOf } from '../../../parts/difference/difference';
import type { Field } from './field';
import { useFormState, useReport } from './useForm';
import classes from './Form.module.css';

type Row = readonly [name: string, value: string];

/** Null if every row has a unique name. */
function errorOf(rows: readonly Row[]): string | null {
  const names = rows.map(([name]) => name.trim());
  if (names.some((name, index) => name === '' && rows[index]?.[1] !== '')) return 'a value has no name';
  const twice = names.find((name, index) => name !== '' && names.indexOf(name) !== index);
  return twice === undefined ? null : `${twice} occurs twice`;
}

export function Pairs({
  field: { path, label, description },
  value,
  error,
}: {
  field: Field;
  value: JsonObject;
  error?: string;
}) {
  const { set, readOnly } = useFormState();
  const [rows, setRows] = useState<readonly Row[]>(() =>
    Object.entries(value).map(([name, value]) => [name, textOf(value)]),
  );
  const ownError = errorOf(rows);
  const id = useId();
  useReport(path, ownError);
  const write = (next: readonly Row[]) => {
    setRows(next);
    if (errorOf(next) === null)
      set(
        path,
        Object.fromEntries(
          next.filter(([name]) => name.trim() !== '').map(([name, value]) => [name.trim(), value]),
        ),
      );
  };
  const change = (index: number, row: Row) => write(rows.map((old, at) => (at === index ? row : old)));
  return (
    <Input.Wrapper
      id={id}
      label={label}
      labelElement="div"
      labelProps={{ id: `${id}-label` }}
      description={description}
      error={ownError ?? error}
    >
      <div role="group" aria-labelledby={`${id}-label`} className={`${classes.rows} ${classes.mono}`}>
        {rows.map(([name, value], index) => (
          <div key={index} className={classes.row}>
            <TextInput
              aria-label={`${label}, name ${index + 1}`}
              placeholder="Name"
              value={name}
              readOnly={readOnly}
              onChange={(event) => change(index, [event.currentTarget.value, value])}
            />
            <TextInput
              aria-label={`${label}, value of ${name || index + 1}`}
              placeholder="Value"
              value={value}
              readOnly={readOnly}
              onChange={(event) => change(index, [name, event.currentTarget.value])}
            />
            {!readOnly && (
              <ActionIcon
                variant="subtle"
                color="gray"
                size={34}
                aria-label={`Remove ${name || `row ${index + 1}`}`}
                onClick={() => write(rows.filter((_, at) => at !== index))}
              >
                <IconTrash size={16} />
              </ActionIcon>
            )}
          </div>
        ))}
        {!readOnly && (
          <div>
            <Button leftSection={<IconPlus size={14} />} onClick={() => setRows([...rows, ['', '']])}>
              Add to {label.toLowerCase()}
            </Button>
          </div>
        )}
        {readOnly && rows.length === 0 && <span className="faint">None</span>}
      </div>
    </Input.Wrapper>
  );
}
