/** One sequence, pasted or from a file, with its length while it is typed. */
import { plural } from '../quantities';
import { recordsIn, sequenceIn } from './formats/sequence';
import { TextOrFile, type TextOrFileProps } from './TextOrFile';

export function SequenceField(props: TextOrFileProps) {
  const residues = sequenceIn(props.value)?.length ?? 0;
  const records = recordsIn(props.value).length;
  const { minLength, maxLength } = props.field.schema;
  const bounds =
    typeof minLength === 'number' && typeof maxLength === 'number'
      ? `, ${minLength.toLocaleString('en-US')} to ${maxLength.toLocaleString('en-US')} allowed`
      : '';
  const count =
    records > 1 ? `${plural(records, 'sequence')}, one execution each` : plural(residues, 'residue');
  return (
    <TextOrFile
      {...props}
      placeholder={'>name\nMVLSPADKTNVKAAW…'}
      size={count + bounds}
      kind="FASTA file"
      accept=".fa,.fasta,.faa,.txt,text/plain"
      rows={[5, 14]}
      autoCapitalize="characters"
      read={async (file) => (await file.text()).trim()}
    />
  );
}
