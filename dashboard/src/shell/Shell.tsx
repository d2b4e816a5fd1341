/** The frame of every page: sign-in, navigation, palette, and the offline bar. */
import { Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { ErrorNotice } from '../parts/page/ErrorNotice';
import { Logo } from './Logo';
import { Navigation } from './Navigation';
import { Offline } from './Offline';
import { Palette } from './search/Palette';
import { needOf } from './places';
import { Reserved } from './Reserved';
import { useMay, useSession } from './session';
import { Shortcuts } from './Shortcuts';
import { SignIn } from './SignIn';
import { StandIn } from './StandIn';
import classes from './Shell.module.css';

export function Shell() {
  const { session, isLoading, error, retry } = useSession();
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const may = useMay();
  const need = needOf(path);
  const first = useRef(true);
  useEffect(() => {
    // Moves the focus of a screen reader to the changed part.
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [path]);
  if (isLoading || error)
    return (
      <main className={classes.wait}>
        <Logo />
        {error ? (
          <ErrorNotice error={error} retry={retry} />
        ) : (
          <span className="visually-hidden">Loading</span>
        )}
      </main>
    );
  if (!session) return <SignIn />;
  return (
    <div className={classes.frame}>
      <a className="skip" href="#main">
        To the content
      </a>
      <Navigation />
      <main id="main" ref={main} tabIndex={-1} className={classes.main}>
        <Offline />
        {need === null || may[need] ? <Outlet /> : <Reserved need={need} />}
        <StandIn />
      </main>
      <Palette />
      <Shortcuts />
    </div>
  );
}
