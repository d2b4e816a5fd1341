/** The table of all routes. */
import { approvalRoutes } from './approvals.js';
import { archiveRoutes } from './executions/archive.js';
import { artifactRoutes } from './executions/artifacts.js';
import { attributionRoutes } from './models/attributions.js';
import { auditRoutes } from './people/audit.js';
import type { Board } from './pages/bull-board.js';
import { budgetRoutes } from './money/budgets.js';
import { catalogueRoutes } from './models/model-edits.js';
import type { Infrastructure } from '../infrastructure.js';
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
import { scheduleRoutes } from './schedules/schedules.js';
import type { Route } from './http/route.js';
import { searchRoutes } from './operations/search.js';
import { seriesRoutes } from './operations/figures.js';
import { sessionRoutes } from './people/session.js';
import { streamRoutes } from './events/execution-stream.js';
import { taskRoutes } from './executions/tasks.js';
import { tenantRoutes } from './people/tenants.js';
import { thermalRoutes } from './thermal/thermal.js';
import type { StreamWatchers } from './events/stream-watchers.js';
import { webhookRoutes } from './events/webhooks.js';
import { hookRoutes } from './triggers/hooks.js';
import { triggerRoutes } from './triggers/triggers.js';
import { workflowRoutes } from './workflows/workflows.js';

export function allRoutes(
  infrastructure: Infrastructure,
  parts: { board: Board; metrics: Metrics; watches: StreamWatchers },
): Route[] {
  const routes: Route[] = [
    ...dashboardRoutes(infrastructure),
    ...docsRoutes(() => routes),
    ...probeRoutes(infrastructure, parts.metrics),
    ...sessionRoutes(infrastructure),
    ...keyRoutes(infrastructure),
    ...peopleRoutes(infrastructure),
    ...tenantRoutes(infrastructure),
    ...workflowRoutes(infrastructure),
    ...definitionRoutes(infrastructure),
    ...modelRoutes(infrastructure),
    ...catalogueRoutes(infrastructure),
    ...historyRoutes(infrastructure),
    ...licenseRoutes(infrastructure),
    ...complianceRoutes(infrastructure),
    ...auditRoutes(infrastructure),
    ...thermalRoutes(infrastructure),
    ...executionRoutes(infrastructure),
    ...approvalRoutes(infrastructure),
    ...scheduleRoutes(infrastructure),
    ...quoteRoutes(infrastructure),
    ...budgetRoutes(infrastructure),
    ...taskRoutes(infrastructure),
    ...artifactRoutes(infrastructure),
    ...archiveRoutes(infrastructure),
    ...attributionRoutes(infrastructure),
    ...webhookRoutes(infrastructure),
    ...triggerRoutes(infrastructure),
    ...hookRoutes(infrastructure),
    ...costRoutes(infrastructure),
    ...seriesRoutes(infrastructure),
    ...queueRoutes(infrastructure),
    ...searchRoutes(infrastructure),
    ...streamRoutes(infrastructure, parts.watches),
    ...changeRoutes(infrastructure, parts.watches),
    ...parts.board.routes,
  ];
  return routes;
}
