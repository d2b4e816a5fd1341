/** The unsaved changes and the errors. Each error links to the field to fix. */
import { Alert, Button, TextInput } from '@mantine/core';
import { Card } from '../../../parts/page/Card';
import { Difference } from '../../../parts/difference/Difference';
import type { Change } from '../../../parts/difference/difference';
import { plural } from '../../../parts/quantities';
import { ErrorNotice } from '../../../parts/page/ErrorNotice';
import { placeLabel, type DefinitionError } from './places';
import classes from './editor.module.css';
import { nextVersion, patternError } from './rules';

/** More are not read. */
const SHOWN = 100;

export function SavePanel({
  changes,
  errors,
  warnings,
  isChecking,
  checkError,
  onChoose,
  version,
  setVersion,
  present,
  isNew,
  behind,
  save,
  isSaving,
  error,
  discard,
}: {
  changes: readonly Change[];
  errors: readonly DefinitionError[];
  warnings: readonly DefinitionError[];
  isChecking: boolean;
  checkError: unknown;
  onChoose: (error: DefinitionError) => void;
  version: string;
  setVersion: (version: string) => void;
  present: string | null;
  isNew: boolean;
  behind: { version: string; catchUp: () => void } | null;
  save: () => void;
  isSaving: boolean;
  error: unknown;
  discard: () => void;
}) {
  const versionError = version === '' ? null : patternError('', 'version', version);
  return (
    <>
      <Card
        title={errors.length === 0 ? 'No errors' : plural(errors.length, 'error')}
        aside={isChecking ? 'checking …' : undefined}
      >
        <div className={classes.panel}>
          {Boolean(checkError) && <ErrorNotice error={checkError} />}
          {errors.length === 0 ? (
            <p className="quiet">Every expression, schema and dependency is checked while you type.</p>
          ) : (
            <Found all={errors} lead={onChoose} />
          )}
        </div>
      </Card>
      {warnings.length > 0 && (
        <Card title={plural(warnings.length, 'warning')} aside="You can save it nevertheless.">
          <div className={classes.panel} data-warnings>
            <Found all={warnings} lead={onChoose} />
          </div>
        </Card>
      )}
      <Card
        title={changes.length === 0 ? 'No unsaved changes' : `Unsaved: ${plural(changes.length, 'change')}`}
      >
        <div className={classes.panel}>
          {behind && (
            <Alert
              color="orange"
              variant="outline"
              role="alert"
              title={`Version ${behind.version} was saved meanwhile`}
            >
              <p>
                Somebody else saved a newer version. Compared with it, your draft below shows what it would
                undo.
              </p>
              <Button mt={8} onClick={behind.catchUp}>
                Compare with {behind.version}
              </Button>
            </Alert>
          )}
          {changes.length > 0 && !isNew && (
            <div className={`scroll-y ${classes.changes}`}>
              <Difference changes={changes} label="Unsaved changes" />
            </div>
          )}
          <TextInput
            label={isNew ? 'First version' : 'New version'}
            description={
              isNew
                ? 'Empty: 1.0.0'
                : `Empty: the last number of ${present} is increased by one. Running executions keep their version.`
            }
            placeholder={present === null ? '1.0.0' : nextVersion(present)}
            value={version}
            error={versionError}
            onChange={(event) => setVersion(event.currentTarget.value.trim())}
          />
          {Boolean(error) && <ErrorNotice error={error} />}
          <div className={classes.buttons}>
            <Button
              variant="filled"
              loading={isSaving}
              disabled={
                changes.length === 0 ||
                errors.length > 0 ||
                isChecking ||
                behind !== null ||
                versionError !== null
              }
              onClick={save}
            >
              {isNew ? 'Create the workflow' : 'Save as a new version'}
            </Button>
            <Button disabled={changes.length === 0 || isSaving} onClick={discard}>
              Discard
            </Button>
          </div>
        </div>
      </Card>
    </>
  );
}

function Found({ all, lead }: { all: readonly DefinitionError[]; lead: (error: DefinitionError) => void }) {
  return (
    <ul className={classes.errors} aria-live="polite">
      {all.slice(0, SHOWN).map((error) => (
        <li key={`${error.path} ${error.message}`}>
          <button type="button" className={classes.error} onClick={() => lead(error)}>
            <span className={classes.where}>{placeLabel(error.path)}</span>
            {error.message}
          </button>
        </li>
      ))}
      {all.length > SHOWN && <li className="faint">and {all.length - SHOWN} more</li>}
    </ul>
  );
}
