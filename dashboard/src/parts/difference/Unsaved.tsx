/** The panel beside a form: the unsaved changes, the errors, and the conflicts with other edits. */
import { Button } from '@mantine/core';
import { Problem } from '../../api/client';
import { Card } from '../page/Card';
import { plural } from '../quantities';
import { ErrorNotice } from '../page/ErrorNotice';
import type { FieldError } from '../page/problem';
import { Conflicts } from './Conflicts';
import { Difference } from './Difference';
import classes from './Difference.module.css';
import type { Draft } from './useDraft';

export function Unsaved<T>({
  draft,
  errors,
  save,
  saving,
  error,
  labelOf = (path) => path,
  children,
}: {
  draft: Draft<T>;
  errors: readonly FieldError[];
  save: () => void;
  saving: boolean;
  error: unknown;
  labelOf?: (path: string) => string;
  children?: React.ReactNode;
}) {
  const { changes, behind } = draft;
  const outdated = behind !== null && !saving;
  const stale = error instanceof Problem && error.status === 412;
  return (
    <Card
      title={changes.length === 0 ? 'No unsaved changes' : `Unsaved: ${plural(changes.length, 'change')}`}
    >
      <div className={classes.rail}>
        {outdated && <Conflicts behind={behind} rebase={(takes) => draft.rebase(takes)} labelOf={labelOf} />}
        {changes.length > 0 && <Difference changes={changes} labelOf={labelOf} label="Unsaved changes" />}
        {errors.length > 0 && (
          <ul className={classes.errors} aria-label="To fix">
            {errors.map(({ path, message }) => (
              <li key={`${path} ${message}`}>
                {path && `${labelOf(path)}: `}
                {message}
              </li>
            ))}
          </ul>
        )}
        {Boolean(error) && !stale && <ErrorNotice error={error} />}
        <p className="quiet">{children ?? 'Saving writes only these fields and one entry of the history.'}</p>
        <div className={classes.buttons}>
          <Button
            variant="filled"
            onClick={save}
            loading={saving}
            disabled={changes.length === 0 || errors.length > 0 || outdated}
          >
            {changes.length === 0 ? 'Save changes' : `Save ${plural(changes.length, 'change')}`}
          </Button>
          <Button onClick={draft.discard} disabled={changes.length === 0 || saving}>
            Discard
          </Button>
        </div>
      </div>
    </Card>
  );
}
