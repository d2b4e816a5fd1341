/** The changes from old to new, in words and marks as well as in colour. */
import { IconArrowRight } from '@tabler/icons-react';
import classes from './Difference.module.css';
import { say, type Change } from './difference';

export function Difference({
  changes,
  labelOf = (path) => path,
  label = 'Changes',
}: {
  changes: readonly Change[];
  labelOf?: (path: string) => string;
  label?: string;
}) {
  return (
    <ul className={classes.changes} aria-label={label}>
      {changes.map(({ path, before, after }) => (
        <li key={path}>
          <span className={classes.path}>{labelOf(path)}</span>
          <span className={classes.pair}>
            <Value of={before} as="del" />
            <IconArrowRight size={14} stroke={1.8} className={classes.arrow} aria-label="becomes" />
            <Value of={after} as="ins" />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** One side of a change. A missing value is shown in words. */
export function Value({ of, as: As = 'span' }: { of: unknown; as?: 'del' | 'ins' | 'span' }) {
  const text = say(of);
  // A scrolling element must be scrollable with keys.
  const isLong = text !== null && (text.length > 200 || text.split('\n').length > 8);
  return (
    <As className={classes.value} {...(isLong && { tabIndex: 0 })} data-none={text === null || undefined}>
      {text ?? 'nothing'}
    </As>
  );
}
