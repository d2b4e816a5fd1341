/** Workflows, read: what there is to ask for, and how each is defined. */
import { z } from 'zod';
import { NotFound } from '../core/errors.js';
import type { WorkflowDefinition } from '../core/workflow.js';
import type { Cellar } from '../cellar.js';
import { json } from './execution.js';
import { cut, pageOf, pageQuery } from './page.js';
import { EVERYBODY, route, type Route } from './route.js';

const some = z.record(z.string(), json);
const text = z.string().nullable();

const workflowSummary = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    description: text,
    category: z.string(),
    version: z.string(),
    minTier: z.int(),
    modelIds: z.array(z.string()),
  })
  .meta({ id: 'WorkflowSummary' });

const workflow = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    description: text,
    category: z.string(),
    version: z.string(),
    dag: some,
    inputSchema: some,
    outputSchema: some,
    outputMapping: some.nullable(),
    defaultParameters: some,
    timeout: z.int(),
    maxRetries: z.int(),
    minTier: z.int(),
    requiresAuditTrail: z.boolean(),
    hipaaCompliant: z.boolean(),
    tasks: z.array(some),
    parameters: z.array(some),
  })
  .meta({ id: 'Workflow' });

const summarise = ({ id, name, description, category, version, minTier, tasks }: WorkflowDefinition) => ({
  id,
  name,
  description,
  category,
  version,
  minTier,
  modelIds: [...new Set(tasks.map(({ modelId }) => modelId).filter((id) => id !== null))],
});

export const workflowRoutes = ({ workflows }: Cellar): Route[] => [
  route({
    method: 'get',
    path: '/v1/workflows',
    roles: EVERYBODY,
    summary: 'List the workflows',
    query: z.strictObject(pageQuery),
    status: 200,
    response: pageOf(workflowSummary),
    handle: async ({ query }) => ({ body: cut((await workflows.list()).map(summarise), query) }),
  }),
  route({
    method: 'get',
    path: '/v1/workflows/:workflowId',
    roles: EVERYBODY,
    summary: 'Read the version of a workflow that is in force',
    params: z.object({ workflowId: z.string().max(100) }),
    status: 200,
    response: workflow,
    handle: async ({ params: { workflowId } }) => {
      const found = await workflows.current(workflowId);
      if (!found) throw new NotFound('workflow', workflowId);
      return { body: found.definition };
    },
  }),
];
