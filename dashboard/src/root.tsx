/** The frame that every page hangs in. */
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
