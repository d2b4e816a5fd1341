/** A notice that is not an error and must not be overlooked. */
import classes from './Difference.module.css';

export function Notice({
  title,
  failed = false,
  children,
}: {
  title: string;
  failed?: boolean;
  children: React.ReactNode;
}) {
  return (
    <div className={classes.notice} data-failed={failed || undefined} role="status">
      <strong>{title}</strong>
      <div>{children}</div>
    </div>
  );
}
