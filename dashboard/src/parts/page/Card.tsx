/** A white card with a title and actions at its right. */
import classes from './Card.module.css';

export function Card({
  title,
  aside,
  actions,
  children,
  flush = false,
  label,
}: {
  title?: React.ReactNode;
  aside?: React.ReactNode;
  actions?: React.ReactNode;
  children: React.ReactNode;
  flush?: boolean;
  label?: string;
}) {
  return (
    <section className={classes.card} aria-label={label}>
      {(title || actions) && (
        <header className={classes.head}>
          <h2 className={classes.title}>
            {title} {aside && <span className="faint">{aside}</span>}
          </h2>
          {actions && <div className={classes.actions}>{actions}</div>}
        </header>
      )}
      <div className={flush ? undefined : classes.body}>{children}</div>
    </section>
  );
}
