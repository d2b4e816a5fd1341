/** The router with every page. Filters are stored in the address, typed and checked. */
import { createRouter } from '@tanstack/react-router';
import type { QueryClient } from '@tanstack/react-query';
import { administrationRoutes } from './pages/administration/routes';
import { ErrorPage } from './parts/page/ErrorPage';
import { approvalRoutes } from './pages/approvals/routes';
import { executionRoutes } from './pages/executions/routes';
import { modelRoutes } from './pages/models/routes';
import { operationRoutes } from './pages/operations/routes';
import { overviewRoutes } from './pages/overview/routes';
import { scheduleRoutes } from './pages/schedules/routes';
import { triggerRoutes } from './pages/triggers/routes';
import { workflowRoutes } from './pages/workflows/routes';
import { root } from './root';

const tree = root.addChildren([
  ...overviewRoutes,
  ...executionRoutes,
  ...approvalRoutes,
  ...workflowRoutes,
  ...scheduleRoutes,
  ...triggerRoutes,
  ...modelRoutes,
  ...operationRoutes,
  ...administrationRoutes,
]);

export const makeRouter = (queries: QueryClient) =>
  createRouter({
    routeTree: tree,
    context: { queries },
    defaultPreload: 'intent',
    // Shown in place of the page: the navigation stays.
    defaultErrorComponent: ErrorPage,
    scrollRestoration: true,
  });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
