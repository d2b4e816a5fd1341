/** The root route of every page. */
import { createRootRouteWithContext } from '@tanstack/react-router';
import type { QueryClient } from '@tanstack/react-query';
import { ErrorPage } from './parts/page/ErrorPage';
import { NotFound } from './parts/page/NotFound';
import { Shell } from './shell/Shell';

export const root = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: Shell,
  notFoundComponent: NotFound,
  errorComponent: ErrorPage,
});
