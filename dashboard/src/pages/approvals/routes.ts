/** The routes of approvals: the inbox, and one approval. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { compact, oneOf } from '../../parts/address';
import { root } from '../../root';
import { LISTS } from './lists';

export const approvalsRoute = createRoute({
  getParentRoute: () => root,
  path: '/approvals',
  validateSearch: (search: Record<string, unknown>) => compact({ status: oneOf(search, 'status', LISTS) }),
  component: lazyRouteComponent(() => import('./Approvals')),
});

export const approvalRoute = createRoute({
  getParentRoute: () => root,
  path: '/approvals/$id',
  component: lazyRouteComponent(() => import('./Approval')),
});

export const approvalRoutes = [approvalsRoute, approvalRoute] as const;
