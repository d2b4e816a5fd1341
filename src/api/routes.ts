/** The table: every route there is. */
import { archiveRoutes } from './archive.js';
import { artifactRoutes } from './artifacts.js';
import { attributionRoutes } from './attributions.js';
import { auditRoutes } from './audit.js';
import type { Board } from './board.js';
import { budgetRoutes } from './budgets.js';
import { catalogueRoutes } from './catalogue.js';
import type { Cellar } from '../cellar.js';
import { changeRoutes } from './changes.js';
import { complianceRoutes } from './compliance.js';
import { costRoutes } from './costs.js';
import { dashboardRoutes } from './dashboard.js';
import { definitionRoutes } from './definitions.js';
import { docsRoutes } from './docs.js';
import { executionRoutes } from './executions.js';
import { keyRoutes } from './keys.js';
import { historyRoutes } from './history.js';
import { licenseRoutes } from './licenses.js';
import type { Metrics } from './metrics.js';
import { modelRoutes } from './models.js';
import { peopleRoutes } from './people.js';
import { probeRoutes } from './probes.js';
import { queueRoutes } from './queue.js';
import { quoteRoutes } from './quote.js';
import type { Route } from './route.js';
import { searchRoutes } from './search.js';
import { seriesRoutes } from './series.js';
import { sessionRoutes } from './session.js';
import { streamRoutes } from './stream.js';
import { taskRoutes } from './tasks.js';
import { tenantRoutes } from './tenants.js';
import { thermalRoutes } from './thermal.js';
import type { Watches } from './watch.js';
import { webhookRoutes } from './webhooks.js';
import { workflowRoutes } from './workflows.js';

export function allRoutes(
  cellar: Cellar,
  parts: { board: Board; metrics: Metrics; watches: Watches },
): Route[] {
  const routes: Route[] = [
    ...dashboardRoutes(cellar),
    ...docsRoutes(() => routes),
    ...probeRoutes(cellar, parts.metrics),
    ...sessionRoutes(cellar),
    ...keyRoutes(cellar),
    ...peopleRoutes(cellar),
    ...tenantRoutes(cellar),
    ...workflowRoutes(cellar),
    ...definitionRoutes(cellar),
    ...modelRoutes(cellar),
    ...catalogueRoutes(cellar),
    ...historyRoutes(cellar),
    ...licenseRoutes(cellar),
    ...complianceRoutes(cellar),
    ...auditRoutes(cellar),
    ...thermalRoutes(cellar),
    ...executionRoutes(cellar),
    ...quoteRoutes(cellar),
    ...budgetRoutes(cellar),
    ...taskRoutes(cellar),
    ...artifactRoutes(cellar),
    ...archiveRoutes(cellar),
    ...attributionRoutes(cellar),
    ...webhookRoutes(cellar),
    ...costRoutes(cellar),
    ...seriesRoutes(cellar),
    ...queueRoutes(cellar),
    ...searchRoutes(cellar),
    ...streamRoutes(cellar, parts.watches),
    ...changeRoutes(cellar, parts.watches),
    ...parts.board.routes,
  ];
  return routes;
}
