/** A list of rows to choose from. Only visible rows are rendered, so a thousand are as fast as ten. */
import { ActionIcon, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { plural } from '../../../../parts/quantities';
import { inSight } from '../edits';
import classes from '../editor.module.css';

const ROW = 44;
const TALLEST = 12 * ROW;
const MANY = 8;

/** An inactive button keeps the focus. `disabled` would lose it. */
const idle = (is: boolean) => (is ? { 'data-disabled': true, 'aria-disabled': true } : {});

export interface Listed {
  id: string;
  title: string;
  detail: string;
  errors: number;
}

export function RowList({
  what,
  rows,
  selected,
  onSelect,
  onAdd,
  onMove,
  onRemove,
}: {
  what: string;
  rows: readonly Listed[];
  selected: string | null;
  onSelect: (id: string) => void;
  onAdd: () => void;
  onMove: (id: string, step: 1 | -1) => void;
  onRemove: (id: string) => void;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const [scrolled, setScrolled] = useState(0);
  const [wanted, setWanted] = useState('');
  const find = rows.length > MANY ? wanted.trim().toLowerCase() : '';
  const shown =
    find === ''
      ? rows
      : rows.filter(({ id, title, detail }) => `${id} ${title} ${detail}`.toLowerCase().includes(find));
  const height = Math.min(TALLEST, Math.max(1, shown.length) * ROW);
  const [first, end] = inSight(shown.length, ROW, scrolled, height);
  const at = shown.findIndex(({ id }) => id === selected);
  useEffect(() => {
    const view = frame.current;
    if (!view || at < 0) return;
    if (at * ROW < view.scrollTop) view.scrollTop = at * ROW;
    else if ((at + 1) * ROW > view.scrollTop + view.clientHeight)
      view.scrollTop = (at + 1) * ROW - view.clientHeight;
  }, [at]);
  const index = rows.findIndex(({ id }) => id === selected);
  const chosen = rows[index];
  return (
    <div className={classes.list}>
      <div className={classes.tools}>
        <ActionIcon variant="default" size={28} aria-label={`Add a ${what}`} onClick={onAdd}>
          <IconPlus size={16} />
        </ActionIcon>
        <ActionIcon
          variant="default"
          size={28}
          aria-label={`Move ${chosen?.id ?? what} up`}
          {...idle(index < 1)}
          onClick={() => chosen && onMove(chosen.id, -1)}
        >
          <IconArrowUp size={16} />
        </ActionIcon>
        <ActionIcon
          variant="default"
          size={28}
          aria-label={`Move ${chosen?.id ?? what} down`}
          {...idle(index < 0 || index === rows.length - 1)}
          onClick={() => chosen && onMove(chosen.id, 1)}
        >
          <IconArrowDown size={16} />
        </ActionIcon>
        <ActionIcon
          variant="default"
          size={28}
          aria-label={`Remove ${chosen?.id ?? what}`}
          {...idle(!chosen)}
          onClick={() => chosen && onRemove(chosen.id)}
        >
          <IconTrash size={16} />
        </ActionIcon>
        <span className="faint numbers">
          {find === '' ? plural(rows.length, what) : `${shown.length} of ${rows.length}`}
        </span>
      </div>
      {rows.length > MANY && (
        <TextInput
          size="xs"
          aria-label={`Filter the ${what}s`}
          placeholder="Filter"
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
      )}
      <div
        ref={frame}
        className={classes.view}
        style={{ height }}
        onScroll={(event) => setScrolled(event.currentTarget.scrollTop)}
      >
        <ol
          className={classes.rows}
          style={{ paddingTop: first * ROW, paddingBottom: (shown.length - end) * ROW }}
        >
          {shown.slice(first, end).map(({ id, title, detail, errors }, place) => (
            <li key={id} aria-setsize={shown.length} aria-posinset={first + place + 1}>
              <button
                type="button"
                className={classes.row}
                aria-pressed={id === selected}
                onClick={() => onSelect(id)}
              >
                <span className={classes.title}>{title}</span>
                <span className={classes.detail}>{detail}</span>
                {errors > 0 && (
                  <span className={classes.wrong}>
                    <IconAlertTriangle size={14} aria-hidden />
                    <span className="visually-hidden">{plural(errors, 'error')}</span>
                  </span>
                )}
              </button>
            </li>
          ))}
        </ol>
      </div>
    </div>
  );
}
