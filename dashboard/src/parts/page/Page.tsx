/** The top of every page: breadcrumbs, title, actions and facts. It also sets the title of the tab. */
import { useEffect } from 'react';
import classes from './Page.module.css';

export function Page({
  title,
  trail,
  state,
  actions,
  facts,
  children,
}: {
  title: string;
  trail?: React.ReactNode;
  state?: React.ReactNode;
  actions?: React.ReactNode;
  facts?: readonly (readonly [label: string, value: React.ReactNode])[];
  children: React.ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Radiant`;
  }, [title]);
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <div>
          {trail && <div className={classes.trail}>{trail}</div>}
          <div className={classes.line}>
            <h1 className={classes.title}>{title}</h1>
            {state}
          </div>
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </header>
      {facts && <Facts facts={facts} />}
      {children}
    </div>
  );
}

export function Facts({ facts }: { facts: readonly (readonly [label: string, value: React.ReactNode])[] }) {
  return (
    <dl className={classes.facts}>
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
