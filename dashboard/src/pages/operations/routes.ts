/** The routes of the pages for operators: queue, thermal, costs. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { compact, oneOf, text } from '../../parts/address';
import { root } from '../../root';

export const queueRoute = createRoute({
  getParentRoute: () => root,
  path: '/queue',
  component: lazyRouteComponent(() => import('./Queue')),
});
export const thermalRoute = createRoute({
  getParentRoute: () => root,
  path: '/thermal',
  component: lazyRouteComponent(() => import('./thermal/Thermal')),
});

export const COST_KEYS = ['day', 'model', 'workflow', 'tenant'] as const;
export const costsRoute = createRoute({
  getParentRoute: () => root,
  path: '/costs',
  validateSearch: (search: Record<string, unknown>) =>
    compact({
      from: text(search, 'from'),
      to: text(search, 'to'),
      by: oneOf(search, 'by', COST_KEYS),
      tenant: text(search, 'tenant'),
    }),
  component: lazyRouteComponent(() => import('./money/Costs')),
});

export const operationRoutes = [queueRoute, thermalRoute, costsRoute] as const;
