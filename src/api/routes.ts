/** The table: every route there is. */
import { archiveRoutes } from './executions/archive.js';
import { artifactRoutes } from './executions/artifacts.js';
import { attributionRoutes } from './executions/attributions.js';
import { auditRoutes } from './people/audit.js';
import type { Board } from './pages/bull-board.js';
import { budgetRoutes } from './money/budgets.js';
import { catalogueRoutes } from './models/model-edits.js';
import type { Cellar } from '../infrastructure.js';
import { changeRoutes } from './events/change-feed.js';
import { complianceRoutes } from './models/compliance.js';
import { costRoutes } from './money/costs.js';
import { dashboardRoutes } from './pages/dashboard.js';
import { definitionRoutes } from './workflows/definitions.js';
import { docsRoutes } from './pages/docs.js';
import { executionRoutes } from './executions/executions.js';
import { keyRoutes } from './people/keys.js';
import { historyRoutes } from './models/model-history.js';
import { licenseRoutes } from './models/licenses.js';
import type { Metrics } from './operations/metrics.js';
import { modelRoutes } from './models/models.js';
import { peopleRoutes } from './people/users.js';
import { probeRoutes } from './operations/probes.js';
import { queueRoutes } from './operations/queue.js';
import { quoteRoutes } from './money/quote.js';
import type { Route } from './http/route.js';
import { searchRoutes } from './operations/search.js';
import { seriesRoutes } from './operations/figures.js';
import { sessionRoutes } from './people/session.js';
import { streamRoutes } from './events/execution-stream.js';
import { taskRoutes } from './executions/tasks.js';
import { tenantRoutes } from './people/tenants.js';
import { thermalRoutes } from './thermal.js';
import type { Watches } from './events/stream-watchers.js';
import { webhookRoutes } from './events/webhooks.js';
import { workflowRoutes } from './workflows/workflows.js';

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
