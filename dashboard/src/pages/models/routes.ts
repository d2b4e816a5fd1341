/** The routes of models and their licences. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { compact, flag, oneOf, text } from '../../parts/address';
import { root } from '../../root';
import { MODEL_TABS } from './tabs';

const modelsRoute = createRoute({
  getParentRoute: () => root,
  path: '/models',
  validateSearch: (search: Record<string, unknown>) =>
    compact({
      category: text(search, 'category'),
      status: text(search, 'status'),
      heat: text(search, 'heat'),
      compliance: text(search, 'compliance'),
      providerType: oneOf(search, 'providerType', ['self_hosted', 'external'] as const),
      q: text(search, 'q'),
      includeDisabled: flag(search, 'includeDisabled'),
    }),
  component: lazyRouteComponent(() => import('./list/Models')),
});

const newModelRoute = createRoute({
  getParentRoute: () => root,
  path: '/models/new',
  validateSearch: (search: Record<string, unknown>) => compact({ from: text(search, 'from') }),
  component: lazyRouteComponent(() => import('./form/NewModel')),
});

const modelRoute = createRoute({
  getParentRoute: () => root,
  path: '/models/$id',
  validateSearch: (search: Record<string, unknown>) => compact({ tab: oneOf(search, 'tab', MODEL_TABS) }),
  component: lazyRouteComponent(() => import('./Model')),
});

const licencesRoute = createRoute({
  getParentRoute: () => root,
  path: '/licences',
  validateSearch: (search: Record<string, unknown>) =>
    compact({ compliance: text(search, 'compliance'), spdx: text(search, 'spdx'), q: text(search, 'q') }),
  component: lazyRouteComponent(() => import('./licences/Licences')),
});

export const modelRoutes = [modelsRoute, newModelRoute, modelRoute, licencesRoute] as const;
