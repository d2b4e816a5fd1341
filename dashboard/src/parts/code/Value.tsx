/** Any value as JSON that folds, with links to its files. Long texts and lists open on demand. */
import { useState } from 'react';
import type { components } from '../../api/contract';
import { bytes, plural } from '../quantities';
import classes from './code.module.css';

export type FileLink = Pick<components['schemas']['Artifact'], 'name' | 'mediaType' | 'size' | 'href'>;

/** A file that an answer names. Only addresses of this API are followed. */
export function fileOf(value: unknown): FileLink | null {
  const file =
    value !== null && typeof value === 'object' && '$file' in value
      ? (value.$file as Partial<FileLink>)
      : undefined;
  return typeof file?.href === 'string' && file.href.startsWith('/v1/')
    ? { name: file.name ?? 'file', mediaType: file.mediaType ?? '', size: file.size ?? 0, href: file.href }
    : null;
}

const LONG = 200;
const MANY = 100;

export function Value({ of: value, name, depth = 0 }: { of: unknown; name?: string; depth?: number }) {
  const [isOpen, setOpen] = useState(depth < 2 && !(Array.isArray(value) && value.length > 8));
  const label = name === undefined ? null : <span className={classes.key}>{name}: </span>;
  const file = fileOf(value);
  if (file)
    return (
      <div className={`mono ${classes.json}`}>
        {label}
        <a className="plain" href={file.href} download={file.name}>
          {file.name}
        </a>{' '}
        <span className="faint">{bytes(file.size)}</span>
      </div>
    );
  if (typeof value === 'string' && value.length > LONG) {
    return (
      <details className={`mono ${classes.json}`}>
        <summary>
          {label}
          {JSON.stringify(value.slice(0, 60))}…{' '}
          <span className="faint">{plural(value.length, 'character')}</span>
        </summary>
        {value}
      </details>
    );
  }
  if (value === null || typeof value !== 'object')
    return (
      <div className={`mono ${classes.json}`}>
        {label}
        {JSON.stringify(value)}
      </div>
    );
  const entries = Object.entries(value);
  const size = Array.isArray(value) ? plural(entries.length, 'item') : plural(entries.length, 'field');
  if (entries.length === 0)
    return (
      <div className={`mono ${classes.json}`}>
        {label}
        {Array.isArray(value) ? '[]' : '{}'}
      </div>
    );
  if (Array.isArray(value) && value.every((item) => typeof item === 'number')) {
    return (
      <details className={`mono ${classes.json}`}>
        <summary>
          {label}[{value.slice(0, 4).join(', ')}
          {value.length > 4 && ', …'}] <span className="faint">{plural(value.length, 'number')}</span>
        </summary>
        {value.slice(0, 5_000).join(', ')}
      </details>
    );
  }
  return (
    <details
      className={`mono ${classes.json}`}
      open={isOpen}
      onToggle={(event) => event.target === event.currentTarget && setOpen(event.currentTarget.open)}
    >
      <summary>
        {label}
        <span className="faint">{size}</span>
      </summary>
      {isOpen && (
        <div className={classes.nest}>
          {entries.slice(0, MANY).map(([key, item]) => (
            <Value key={key} name={key} of={item} depth={depth + 1} />
          ))}
          {entries.length > MANY && <div className="faint">and {entries.length - MANY} more</div>}
        </div>
      )}
    </details>
  );
}
