/** The frame that every page hangs in. */
import { createRootRouteWithContext } from '@tanstack/react-router';
import type { QueryClient } from '@tanstack/react-query';
import { Broken } from './parts/page/ErrorPage';
import { Missing } from './parts/page/NotFound';
import { Shell } from './shell/Shell';

export const root = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: Shell,
  notFoundComponent: Missing,
  errorComponent: Broken,
});
