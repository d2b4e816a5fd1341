/** Prices by unit: `perResidueOver500: 0.002` as a row of unit, free amount and rate. */
import { ActionIcon, Button, Input, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { textOf } from '../../../parts/difference/difference';
import { DECIMAL } from '../form/check';
import type { Field } from '../form/field';
import { RATE } from '../form/fields';
import { useFormState, useReport } from '../form/useForm';
import classes from '../form/Form.module.css';

interface Row {
  unit: string;
  over: string;
  rate: string;
}

const keyOf = ({ unit, over }: Row): string =>
  `per${unit.charAt(0).toUpperCase()}${unit.slice(1)}Over${over}`;
const errorOf = ({ unit, over, rate }: Row): string | null =>
  !/^[A-Za-z]+$/.test(unit)
    ? 'a unit is a word of letters, like residue'
    : !/^\d+$/.test(over)
      ? `the free amount of ${unit} is a whole number`
      : !DECIMAL.test(rate)
        ? `the rate of ${unit} is a number, like 0.002`
        : null;

export function Rates({ field: { path, label, description }, error }: { field: Field; error?: string }) {
  const { fields, set, readOnly } = useFormState();
  const pricing = fields.pricing ?? {};
  const [rows, setRows] = useState<readonly Row[]>(() =>
    Object.entries(pricing).flatMap(([key, rate]) => {
      const [, unit, over] = RATE.exec(key) ?? [];
      return unit && over
        ? [{ unit: unit.charAt(0).toLowerCase() + unit.slice(1), over, rate: textOf(rate) }]
        : [];
    }),
  );
  const id = useId();
  const twice = rows.find((row, index) => rows.findIndex((other) => keyOf(other) === keyOf(row)) !== index);
  const ownError =
    rows.map(errorOf).find((one) => one !== null) ??
    (twice ? `${twice.unit} over ${twice.over} occurs twice` : null);
  useReport(path, ownError);
  const write = (next: readonly Row[]) => {
    setRows(next);
    const others = Object.entries(pricing).filter(([key]) => !RATE.test(key));
    set(
      'pricing',
      Object.fromEntries([
        ...others,
        ...next.filter((row) => errorOf(row) === null).map((row) => [keyOf(row), row.rate]),
      ]),
    );
  };
  const change = (index: number, part: Partial<Row>) =>
    write(rows.map((row, at) => (at === index ? { ...row, ...part } : row)));
  return (
    <Input.Wrapper
      id={id}
      label={label}
      labelElement="div"
      labelProps={{ id: `${id}-label` }}
      description={description}
      error={ownError ?? error}
    >
      <div role="group" aria-labelledby={`${id}-label`} className={classes.rows}>
        {rows.map((row, index) => (
          <div key={index} className={classes.rate}>
            <TextInput
              aria-label={`Unit of rate ${index + 1}`}
              placeholder="residue"
              value={row.unit}
              readOnly={readOnly}
              onChange={(event) => change(index, { unit: event.currentTarget.value })}
            />
            <TextInput
              aria-label={`Free amount of rate ${index + 1}`}
              leftSection={<span className={classes.unit}>over</span>}
              leftSectionWidth={44}
              inputMode="numeric"
              value={row.over}
              readOnly={readOnly}
              onChange={(event) => change(index, { over: event.currentTarget.value })}
            />
            <TextInput
              aria-label={`Rate ${index + 1} in USD`}
              rightSection={<span className={classes.unit}>USD each</span>}
              rightSectionWidth={72}
              inputMode="decimal"
              value={row.rate}
              readOnly={readOnly}
              onChange={(event) => change(index, { rate: event.currentTarget.value })}
            />
            {!readOnly && (
              <ActionIcon
                variant="subtle"
                color="gray"
                size={34}
                aria-label={`Remove the rate of ${row.unit || index + 1}`}
                onClick={() => write(rows.filter((_, at) => at !== index))}
              >
                <IconTrash size={16} />
              </ActionIcon>
            )}
          </div>
        ))}
        {!readOnly && (
          <div>
            <Button
              leftSection={<IconPlus size={14} />}
              onClick={() => setRows([...rows, { unit: '', over: '0', rate: '' }])}
            >
              Add a rate
            </Button>
          </div>
        )}
        {readOnly && rows.length === 0 && <span className="faint">None</span>}
      </div>
    </Input.Wrapper>
  );
}
