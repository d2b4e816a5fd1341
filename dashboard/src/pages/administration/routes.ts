/** The routes of the audit log, the keys, the settings and the API reference. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { compact, oneOf, text } from '../../parts/address';
import { root } from '../../root';
import { SETTINGS_TABS } from './tabs';

export const auditRoute = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  validateSearch: (search: Record<string, unknown>) =>
    compact({
      entity: text(search, 'entity'),
      entityId: text(search, 'entityId'),
      action: text(search, 'action'),
      actor: text(search, 'actor'),
      from: text(search, 'from'),
      to: text(search, 'to'),
    }),
  component: lazyRouteComponent(() => import('./people/Audit')),
});
export const keysRoute = createRoute({
  getParentRoute: () => root,
  path: '/keys',
  component: lazyRouteComponent(() => import('./people/Keys')),
});

export const settingsRoute = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  validateSearch: (search: Record<string, unknown>) => compact({ tab: oneOf(search, 'tab', SETTINGS_TABS) }),
  component: lazyRouteComponent(() => import('./people/Settings')),
});
export const referenceRoute = createRoute({
  getParentRoute: () => root,
  path: '/api',
  validateSearch: (search: Record<string, unknown>) => compact({ q: text(search, 'q') }),
  component: lazyRouteComponent(() => import('./reference/Reference')),
});

export const administrationRoutes = [auditRoute, keysRoute, settingsRoute, referenceRoute] as const;
