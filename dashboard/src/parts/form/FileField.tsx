/** A file that is sent as base64: opened from the disk, or pasted as base64. */
import { Button, FileButton, Textarea } from '@mantine/core';
import { useState } from 'react';
import { bytes } from '../quantities';
import { base64Of, sizeOfBase64 } from './base64';
import type { Field } from './fields';
import classes from './form.module.css';

export function FileField({
  field,
  id,
  value,
  onChange,
  error,
}: {
  field: Field;
  id: string;
  value: string;
  onChange: (value: string | undefined) => void;
  error: string | undefined;
}) {
  const [chosen, setChosen] = useState<{ name: string; value: string } | null>(null);
  const { maxLength } = field.schema;
  const most = typeof maxLength === 'number' ? `, at most ${bytes(Math.floor((maxLength / 4) * 3))}` : '';
  const name = chosen?.value === value ? `${chosen.name}, ` : '';
  const open = async (file: File) => {
    const text = base64Of(new Uint8Array(await file.arrayBuffer()));
    setChosen({ name: file.name, value: text });
    onChange(text || undefined);
  };
  return (
    <div>
      <Textarea
        id={id}
        label={field.label}
        description={field.help}
        withAsterisk={field.isRequired}
        error={error}
        placeholder={field.placeholder ?? 'Open a file, or paste it as base64'}
        classNames={{ input: classes.letters }}
        rows={3}
        spellCheck={false}
        autoComplete="off"
        value={value}
        onChange={(event) => onChange(event.currentTarget.value || undefined)}
      />
      <div className={classes.below}>
        <span className="faint numbers">
          {name}
          {bytes(sizeOfBase64(value))}
          {most}
        </span>
        <FileButton
          onChange={(file) => void (file && open(file))}
          inputProps={{ 'aria-label': `File for ${field.label}` }}
        >
          {(props) => (
            <Button {...props} variant="subtle" size="compact-xs">
              Open a file
            </Button>
          )}
        </FileButton>
      </div>
    </div>
  );
}
