/** The routes of workflows: the list, one workflow, its editor, and its run form. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { compact, flag, oneOf, text } from '../../parts/address';
import { root } from '../../root';
import { PAGES, TABS } from './tabs';

export const workflowsRoute = createRoute({
  getParentRoute: () => root,
  path: '/workflows',
  validateSearch: (search: Record<string, unknown>) =>
    compact({
      category: text(search, 'category'),
      q: text(search, 'q'),
      includeDisabled: flag(search, 'includeDisabled'),
    }),
  component: lazyRouteComponent(() => import('./Workflows')),
});

/** The place in the editor. */
const editing = (search: Record<string, unknown>) => ({
  page: oneOf(search, 'page', PAGES),
  task: text(search, 'task'),
  parameter: text(search, 'parameter'),
});

/** `from`: the workflow that is copied. */
export const newWorkflowRoute = createRoute({
  getParentRoute: () => root,
  path: '/workflows/new',
  validateSearch: (search: Record<string, unknown>) =>
    compact({ from: text(search, 'from'), ...editing(search) }),
  component: lazyRouteComponent(() => import('./editor/NewWorkflow')),
});

export const workflowRoute = createRoute({
  getParentRoute: () => root,
  path: '/workflows/$id',
  validateSearch: (search: Record<string, unknown>) =>
    compact({
      tab: oneOf(search, 'tab', TABS),
      task: text(search, 'task'),
      version: text(search, 'version'),
    }),
  component: lazyRouteComponent(() => import('./Workflow')),
});

/** `from`: the earlier version to start from. */
export const editWorkflowRoute = createRoute({
  getParentRoute: () => root,
  path: '/workflows/$id/edit',
  validateSearch: (search: Record<string, unknown>) =>
    compact({ from: text(search, 'from'), ...editing(search) }),
  component: lazyRouteComponent(() => import('./editor/EditWorkflow')),
});

/** `from`: an execution whose parameters fill the form. */
export const runWorkflowRoute = createRoute({
  getParentRoute: () => root,
  path: '/workflows/$id/run',
  validateSearch: (search: Record<string, unknown>) => compact({ from: text(search, 'from') }),
  component: lazyRouteComponent(() => import('./run/RunWorkflow')),
});

export const workflowRoutes = [
  workflowsRoute,
  newWorkflowRoute,
  workflowRoute,
  editWorkflowRoute,
  runWorkflowRoute,
] as const;
