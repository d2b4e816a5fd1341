/** One sequence, pasted or from a file, with its length while it is typed. */
import { Button, FileButton, Textarea } from '@mantine/core';
import { plural } from '../quantities';
import type { Field } from './fields';
import classes from './form.module.css';
import { recordsIn, sequenceIn } from './sequence';

export function Sequence({
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
  const residues = sequenceIn(value)?.length ?? 0;
  const records = recordsIn(value).length;
  const { minLength, maxLength } = field.schema;
  const bounds =
    typeof minLength === 'number' && typeof maxLength === 'number'
      ? `, ${minLength.toLocaleString('en-US')} to ${maxLength.toLocaleString('en-US')} allowed`
      : '';
  return (
    <div>
      <Textarea
        id={id}
        label={field.label}
        description={field.help}
        withAsterisk={field.isRequired}
        error={error}
        placeholder={field.placeholder ?? '>name\nMVLSPADKTNVKAAW…'}
        classNames={{ input: classes.letters }}
        autosize
        minRows={5}
        maxRows={14}
        spellCheck={false}
        autoCapitalize="characters"
        autoComplete="off"
        value={value}
        onChange={(event) => onChange(event.currentTarget.value || undefined)}
      />
      <div className={classes.below}>
        <span className="faint numbers">
          {records > 1 ? `${plural(records, 'sequence')}, one execution each` : plural(residues, 'residue')}
          {bounds}
        </span>
        <FileButton
          accept=".fa,.fasta,.faa,.txt,text/plain"
          onChange={(file) => void file?.text().then((text) => onChange(text.trim() || undefined))}
          inputProps={{ 'aria-label': `FASTA file for ${field.label}` }}
        >
          {(props) => (
            <Button {...props} variant="subtle" size="compact-xs">
              Open a FASTA file
            </Button>
          )}
        </FileButton>
      </div>
    </div>
  );
}
