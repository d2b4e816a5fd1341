/** The table: every route there is. */
import { artifactRoutes } from './artifacts.js';
import { attributionRoutes } from './attributions.js';
import type { Board } from './board.js';
import { budgetRoutes } from './budgets.js';
import type { Cellar } from '../cellar.js';
import { costRoutes } from './costs.js';
import { docsRoutes } from './docs.js';
import { executionRoutes } from './executions.js';
import { homeRoutes } from './home.js';
import type { Metrics } from './metrics.js';
import { modelRoutes } from './models.js';
import { probeRoutes } from './probes.js';
import { quoteRoutes } from './quote.js';
import type { Route } from './route.js';
import { streamRoutes } from './stream.js';
import { taskRoutes } from './tasks.js';
import { thermalRoutes } from './thermal.js';
import type { Watches } from './watch.js';
import { webhookRoutes } from './webhooks.js';
import { workflowRoutes } from './workflows.js';

export function allRoutes(
  cellar: Cellar,
  parts: { board: Board; metrics: Metrics; watches: Watches },
): Route[] {
  const routes: Route[] = [
    ...homeRoutes(),
    ...docsRoutes(() => routes),
    ...probeRoutes(cellar, parts.metrics),
    ...workflowRoutes(cellar),
    ...modelRoutes(cellar),
    ...thermalRoutes(cellar),
    ...executionRoutes(cellar),
    ...quoteRoutes(cellar),
    ...budgetRoutes(cellar),
    ...taskRoutes(cellar),
    ...artifactRoutes(cellar),
    ...attributionRoutes(cellar),
    ...webhookRoutes(cellar),
    ...costRoutes(cellar),
    ...streamRoutes(cellar, parts.watches),
    ...parts.board.routes,
  ];
  return routes;
}
