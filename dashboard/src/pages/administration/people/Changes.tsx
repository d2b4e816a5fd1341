/** The values before and after a change, field by field. */
import type { components } from '../../../api/contract';
import classes from '../Administration.module.css';

type Change = components['schemas']['HistoryEntry']['changes'][number];

export function Changes({ changes }: { changes: readonly Change[] }) {
  if (changes.length === 0)
    return (
      <p className="faint" style={{ margin: 0 }}>
        No field was changed.
      </p>
    );
  return (
    <table className={classes.changes}>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ path, before, after }) => (
          <tr key={path}>
            <th scope="row" className="mono">
              {path || '(all of it)'}
            </th>
            <td>
              <Value of={before} tone={classes.before} />
            </td>
            <td>
              <Value of={after} tone={classes.after} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const Value = ({ of, tone }: { of: unknown; tone: string | undefined }) =>
  of === null || of === undefined ? (
    <span className="faint">nothing</span>
  ) : (
    <pre className={tone}>{typeof of === 'string' ? of : JSON.stringify(of, null, 2)}</pre>
  );
