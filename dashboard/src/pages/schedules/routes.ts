/** The routes of schedules: the list, one schedule, and its form. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { compact, text } from '../../parts/address';
import { root } from '../../root';

export const schedulesRoute = createRoute({
  getParentRoute: () => root,
  path: '/schedules',
  component: lazyRouteComponent(() => import('./Schedules')),
});

/** `workflowId`: what it starts. Without it, the page asks. */
export const newScheduleRoute = createRoute({
  getParentRoute: () => root,
  path: '/schedules/new',
  validateSearch: (search: Record<string, unknown>) => compact({ workflowId: text(search, 'workflowId') }),
  component: lazyRouteComponent(() => import('./NewSchedule')),
});

export const scheduleRoute = createRoute({
  getParentRoute: () => root,
  path: '/schedules/$id',
  component: lazyRouteComponent(() => import('./Schedule')),
});

export const editScheduleRoute = createRoute({
  getParentRoute: () => root,
  path: '/schedules/$id/edit',
  component: lazyRouteComponent(() => import('./EditSchedule')),
});

export const scheduleRoutes = [schedulesRoute, newScheduleRoute, scheduleRoute, editScheduleRoute] as const;
