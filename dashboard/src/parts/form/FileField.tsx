/** A file that is sent as base64: opened from the disk, or pasted as base64. */
import { useState } from 'react';
import { bytes } from '../quantities';
import { base64Of, sizeOfBase64 } from './formats/base64';
import { TextOrFile, type TextOrFileProps } from './TextOrFile';

export function FileField(props: TextOrFileProps) {
  const [opened, setOpened] = useState<{ name: string; value: string } | null>(null);
  const { maxLength } = props.field.schema;
  const most = typeof maxLength === 'number' ? `, at most ${bytes(Math.floor((maxLength / 4) * 3))}` : '';
  const name = opened?.value === props.value ? `${opened.name}, ` : '';
  return (
    <TextOrFile
      {...props}
      placeholder="Open a file, or paste it as base64"
      size={`${name}${bytes(sizeOfBase64(props.value))}${most}`}
      kind="file"
      rows={[3, 3]}
      read={async (file) => {
        const value = base64Of(new Uint8Array(await file.arrayBuffer()));
        setOpened({ name: file.name, value });
        return value;
      }}
    />
  );
}
