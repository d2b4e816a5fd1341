/** Somebody else saved first: shows their changes, and asks whose value to keep where both changed a field. */
import { Button, Radio } from '@mantine/core';
import { useState } from 'react';
import { plural } from '../quantities';
import { Difference, Value } from './Difference';
import type { Take } from './difference';
import classes from './Difference.module.css';
import { Notice } from './Notice';
import type { Draft } from './useDraft';

export function Conflicts({
  behind,
  rebase,
  labelOf = (path) => path,
}: {
  behind: NonNullable<Draft<unknown>['behind']>;
  rebase: Draft<unknown>['rebase'];
  labelOf?: (path: string) => string;
}) {
  const [takes, setTakes] = useState<Record<string, Take>>({});
  const { theirs, conflicts } = behind;
  const disputed = new Set(conflicts.map(({ path }) => path));
  const open = conflicts.filter(({ path }) => !takes[path]);
  return (
    <div className={classes.rail}>
      <Notice title="Somebody else saved meanwhile">
        {conflicts.length === 0
          ? 'They changed other fields than you: both changes can be kept.'
          : `You both changed ${plural(conflicts.length, 'field')}: choose whose value to keep.`}
      </Notice>
      {conflicts.map(({ path, base, mine, theirs }) => (
        <fieldset key={path} className={classes.conflict}>
          <legend className={classes.path}>
            {labelOf(path)}, was <Value of={base} />
          </legend>
          <Radio.Group
            value={takes[path] ?? null}
            onChange={(take) => setTakes({ ...takes, [path]: take })}
            aria-label={labelOf(path)}
          >
            <div className={classes.sides}>
              <Radio
                value="mine"
                label={
                  <span className={classes.side}>
                    Take mine <Value of={mine} as="ins" />
                  </span>
                }
              />
              <Radio
                value="theirs"
                label={
                  <span className={classes.side}>
                    Take theirs <Value of={theirs} as="ins" />
                  </span>
                }
              />
            </div>
          </Radio.Group>
        </fieldset>
      ))}
      {theirs.some(({ path }) => !disputed.has(path)) && (
        <details>
          <summary className="quiet">What they changed besides</summary>
          <Difference
            changes={theirs.filter(({ path }) => !disputed.has(path))}
            labelOf={labelOf}
            label="Their changes"
          />
        </details>
      )}
      <Button variant="filled" disabled={open.length > 0} onClick={() => rebase(takes)}>
        Go on from their version
      </Button>
    </div>
  );
}
