/** The routes of triggers: the list, and one trigger. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root';

export const triggersRoute = createRoute({
  getParentRoute: () => root,
  path: '/triggers',
  component: lazyRouteComponent(() => import('./Triggers')),
});

export const triggerRoute = createRoute({
  getParentRoute: () => root,
  path: '/triggers/$id',
  component: lazyRouteComponent(() => import('./Trigger')),
});

export const triggerRoutes = [triggersRoute, triggerRoute] as const;
