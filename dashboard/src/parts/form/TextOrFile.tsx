/** A long text that is pasted or read from a file, with its size while it is typed. */
import { Button, FileButton, Textarea } from '@mantine/core';
import type { Field } from './fields';
import classes from './form.module.css';

export interface TextOrFileProps {
  field: Field;
  id: string;
  value: string;
  onChange: (value: string | undefined) => void;
  error: string | undefined;
}

export function TextOrFile({
  field,
  id,
  value,
  onChange,
  error,
  placeholder,
  size,
  kind,
  accept,
  read,
  rows,
  autoCapitalize = 'off',
}: TextOrFileProps & {
  placeholder: string;
  /** The size of the value, in words. */
  size: string;
  /** The kind of file, for the button: `FASTA file`. */
  kind: string;
  /** The types of files that the browser offers; all if undefined. */
  accept?: string;
  read: (file: File) => Promise<string>;
  /** The height in lines. It grows with the text to the second number. */
  rows: [least: number, most: number];
  /** What the keyboard of a phone offers first. */
  autoCapitalize?: 'off' | 'characters';
}) {
  return (
    <div>
      <Textarea
        id={id}
        label={field.label}
        description={field.help}
        withAsterisk={field.isRequired}
        error={error}
        placeholder={field.placeholder ?? placeholder}
        classNames={{ input: classes.letters }}
        autosize
        minRows={rows[0]}
        maxRows={rows[1]}
        spellCheck={false}
        autoCapitalize={autoCapitalize}
        autoComplete="off"
        value={value}
        onChange={(event) => onChange(event.currentTarget.value || undefined)}
      />
      <div className={classes.below}>
        <span className="faint numbers">{size}</span>
        <FileButton
          {...(accept && { accept })}
          onChange={(file) => void (file && read(file).then((text) => onChange(text || undefined)))}
          inputProps={{ 'aria-label': `${kind} for ${field.label}` }}
        >
          {(props) => (
            <Button {...props} variant="subtle" size="compact-xs">
              Open a {kind}
            </Button>
          )}
        </FileButton>
      </div>
    </div>
  );
}
