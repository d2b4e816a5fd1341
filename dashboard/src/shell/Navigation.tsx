/** The navigation, by group. Below 800 px it folds into a bar. */
import {
  ActionIcon,
  Tooltip,
  UnstyledButton,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import {
  IconMenu2,
  IconMoon,
  IconPlayerPause,
  IconPlayerPlay,
  IconSearch,
  IconSun,
  IconX,
} from '@tabler/icons-react';
import { Link, useRouterState } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { livePause, useLivePaused } from '../api/live';
import { ApprovalCount } from './ApprovalCount';
import { SEARCH_KEY } from './keys';
import { Logo } from './Logo';
import { placesFor } from './places';
import { useMay, useSession } from './session';
import search from './search/Search.module.css';
import classes from './Shell.module.css';

const GROUPS = ['', 'Catalogue', 'Operations', 'Administration'] as const;

export function Navigation() {
  const [isOpen, setOpen] = useState(false);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  useEffect(() => setOpen(false), [path]);
  const places = placesFor(useMay());
  return (
    <>
      <div className={classes.bar}>
        <Brand />
        <ActionIcon variant="default" size={32} aria-label="Search" onClick={() => spotlight.open()}>
          <IconSearch size={18} />
        </ActionIcon>
        <ActionIcon
          variant="default"
          size={32}
          aria-label={isOpen ? 'Close the navigation' : 'Open the navigation'}
          aria-expanded={isOpen}
          aria-controls="pages"
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? <IconX size={18} /> : <IconMenu2 size={18} />}
        </ActionIcon>
      </div>
      <nav
        id="pages"
        className={classes.nav}
        data-open={isOpen || undefined}
        aria-label="Pages"
        onKeyDown={({ key }) => key === 'Escape' && setOpen(false)}
      >
        <Brand />
        <UnstyledButton className={search.button} onClick={() => spotlight.open()}>
          <IconSearch size={16} aria-hidden /> Search or jump to <kbd>{SEARCH_KEY}</kbd>
        </UnstyledButton>
        {GROUPS.map((group) => {
          const here = places.filter((place) => place.group === group);
          return here.length === 0 ? null : (
            <div key={group}>
              {group && <p className={classes.groupTitle}>{group}</p>}
              <ul className={classes.group}>
                {here.map(({ to, title, icon: Icon }) => (
                  <li key={to}>
                    <Link
                      to={to}
                      className={classes.link}
                      activeOptions={{ exact: to === '/', includeSearch: false }}
                    >
                      <Icon size={17} stroke={1.7} aria-hidden />
                      {title}
                      {to === '/approvals' && <ApprovalCount />}
                    </Link>
                  </li>
                ))}
              </ul>
            </div>
          );
        })}
        <Foot />
      </nav>
    </>
  );
}

const Brand = () => (
  <Link to="/" className={classes.brand}>
    <Logo /> Radiant
  </Link>
);

function Foot() {
  const { session } = useSession();
  const isPaused = useLivePaused();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'dark' ? 'light' : 'dark';
  const live = isPaused ? 'Resume live updates' : 'Pause live updates';
  const change = `Change to the ${other} theme`;
  return (
    <div className={classes.foot}>
      <Link to="/settings" className={classes.who} title={session?.email}>
        {session?.name || session?.email}
        <span>{session?.tenantName}</span>
      </Link>
      <Tooltip label={live}>
        <ActionIcon
          variant="subtle"
          color={isPaused ? 'yellow' : 'gray'}
          aria-label={live}
          aria-pressed={isPaused}
          onClick={() => livePause.toggle()}
        >
          {isPaused ? <IconPlayerPlay size={18} /> : <IconPlayerPause size={18} />}
        </ActionIcon>
      </Tooltip>
      <Tooltip label={change}>
        <ActionIcon variant="subtle" color="gray" aria-label={change} onClick={() => setColorScheme(other)}>
          {scheme === 'dark' ? <IconSun size={18} /> : <IconMoon size={18} />}
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
