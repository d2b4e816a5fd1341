/** The routes of executions: the list, the results, one execution, and two compared. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { compact, oneOf, text } from '../../parts/address';
import { root } from '../../root';
import { OVERLAYS, TABS } from './tabs';

export const executionsRoute = createRoute({
  getParentRoute: () => root,
  path: '/executions',
  validateSearch: (search: Record<string, unknown>) =>
    compact({
      status: text(search, 'status'),
      workflowId: text(search, 'workflowId'),
      modelId: text(search, 'modelId'),
      tag: text(search, 'tag'),
      from: text(search, 'from'),
      to: text(search, 'to'),
      q: text(search, 'q'),
    }),
  component: lazyRouteComponent(() => import('./list/Executions')),
});

export const compareRoute = createRoute({
  getParentRoute: () => root,
  path: '/executions/compare',
  validateSearch: (search: Record<string, unknown>) =>
    compact({ a: text(search, 'a'), b: text(search, 'b') }),
  component: lazyRouteComponent(() => import('./compare/Compare')),
});

export const resultsRoute = createRoute({
  getParentRoute: () => root,
  path: '/executions/results',
  validateSearch: (search: Record<string, unknown>) => compact({ tag: text(search, 'tag') }),
  component: lazyRouteComponent(() => import('./list/Results')),
});

export const executionRoute = createRoute({
  getParentRoute: () => root,
  path: '/executions/$id',
  validateSearch: (search: Record<string, unknown>) =>
    compact({
      tab: oneOf(search, 'tab', TABS),
      task: text(search, 'task'),
      overlay: oneOf(search, 'overlay', OVERLAYS),
      rank: text(search, 'rank'),
    }),
  component: lazyRouteComponent(() => import('./detail/Execution')),
});

export const executionRoutes = [executionsRoute, compareRoute, resultsRoute, executionRoute] as const;
