/** Reads of workflows: the list, definitions, versions, figures of their executions, and changes. */
import { z } from 'zod';
import { Conflict, InvalidInput, NotFound, Refused } from '../../core/errors.js';
import type { JsonObject } from '../../core/json/json.js';
import { exampleOf, resolveParameters } from '../../core/workflows/parameters.js';
import type { WorkflowDefinition } from '../../core/workflows/workflow.js';
import { claimsOn } from '../../store/executions/executions.js';
import type { Caller } from '../../store/people/identity.js';
import {
  listVersions,
  listWorkflows,
  readRunning,
  readVersion,
  readWorkflow,
  workflowFigures,
  workflowHistory,
  type Figures,
  type ListedWorkflow,
} from '../../store/workflows/workflow-list.js';
import type { Infrastructure } from '../../infrastructure.js';
import { entry, olderThan } from '../http/audit-shapes.js';
import { makeSharedReads } from '../http/shared-reads.js';
import { cut, pageOf, pageQuery, toCursor } from '../http/paging.js';
import { ADMINISTRATORS, EVERYBODY, route, type Route } from '../http/route.js';
import {
  text,
  workflowSummary,
  workflow,
  byWorkflow,
  showWorkflow,
  summarise,
  showEntry,
} from './workflow-shape.js';

/** An example that admission accepts. @throws Conflict `no_example` */
function validExample(definition: WorkflowDefinition, tier: number): JsonObject {
  try {
    const parameters = exampleOf(definition);
    resolveParameters(definition, parameters, { tier, isAdmin: false });
    return parameters;
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    const why = error.faults.map(({ path, message }) => `${path} ${message}`)[0] ?? error.message;
    throw new Conflict(
      'no_example',
      `No valid example of workflow ${definition.id} can be made: ${why}. Its author can write one into \`examples\` of its inputSchema.`,
    );
  }
}

/** Figures of executions change slowly, and reading them is expensive. */
const FIGURES_MS = 30_000;
const isAdministrator = ({ administratorId }: Caller): boolean => administratorId !== null;

export function workflowRoutes({ ledger }: Infrastructure): Route[] {
  const kept = makeSharedReads();
  const figuresFor = async (caller: Caller): Promise<Map<string, Figures>> => {
    const tenantId = isAdministrator(caller) ? null : caller.tenantId;
    return kept(
      `figures ${tenantId}`,
      FIGURES_MS,
      async () =>
        new Map((await workflowFigures(ledger, tenantId)).map((figures) => [figures.workflowId, figures])),
    );
  };

  /** Disabled workflows and their versions are for administrators only. @throws NotFound */
  async function mustBeShown(caller: Caller, workflowId: string): Promise<ListedWorkflow> {
    const found = await readWorkflow(ledger, workflowId);
    if (!found || !(found.enabled || isAdministrator(caller))) throw new NotFound('workflow', workflowId);
    return found;
  }

  return [
    route({
      method: 'get',
      path: '/v1/workflows',
      operation: 'listWorkflows',
      roles: EVERYBODY,
      summary: 'List the workflows, with figures of their recent executions',
      query: z.strictObject({
        category: z.string().max(50).optional(),
        q: z.string().trim().max(200).optional(),
        /** Those that use this model, also as a fallback. */
        modelId: z.string().max(100).optional(),
        includeDisabled: z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional(),
        ...pageQuery,
      }),
      status: 200,
      response: pageOf(workflowSummary),
      handle: async ({ caller, query: { limit, cursor, ...filters } }) => {
        if (filters.includeDisabled && !isAdministrator(caller)) {
          throw new Refused(
            'role_required',
            'Only administrators see disabled workflows. Omit includeDisabled.',
          );
        }
        const [all, figures] = await Promise.all([listWorkflows(ledger, filters), figuresFor(caller)]);
        const { items, nextCursor } = cut(
          all.map((listed) => ({ id: listed.definition.id, listed })),
          { limit, cursor },
        );
        return {
          body: { items: items.map(({ id, listed }) => summarise(listed, figures.get(id))), nextCursor },
        };
      },
    }),
    route({
      method: 'get',
      path: '/v1/workflows/:workflowId',
      operation: 'getWorkflow',
      roles: EVERYBODY,
      summary: 'Read the current version of a workflow',
      params: byWorkflow,
      status: 200,
      response: workflow,
      handle: async ({ caller, params: { workflowId } }) => {
        return showWorkflow(await mustBeShown(caller, workflowId));
      },
    }),
    route({
      method: 'get',
      path: '/v1/workflows/:workflowId/versions',
      operation: 'listWorkflowVersions',
      roles: EVERYBODY,
      summary: 'List the versions of a workflow, newest first; a version never changes',
      params: byWorkflow,
      query: z.strictObject(pageQuery),
      status: 200,
      response: pageOf(
        z
          .strictObject({
            version: z.string(),
            at: z.iso.datetime(),
            /** Null: the system, or hidden from callers who are no administrators. */
            by: text,
            hash: z.string(),
          })
          .meta({ id: 'WorkflowVersion' }),
      ),
      handle: async ({ caller, params: { workflowId }, query }) => {
        await mustBeShown(caller, workflowId);
        const { items, nextCursor } = cut(await listVersions(ledger, workflowId), query);
        const show = ({ version, at, by, hash }: (typeof items)[number]) => ({
          version,
          at,
          by: isAdministrator(caller) ? by : null,
          hash,
        });
        return { body: { items: items.map(show), nextCursor } };
      },
    }),
    route({
      method: 'get',
      path: '/v1/workflows/:workflowId/versions/:version',
      operation: 'getWorkflowVersion',
      roles: EVERYBODY,
      summary: 'Read a version of a workflow',
      params: byWorkflow.extend({ version: z.string().max(20) }),
      status: 200,
      response: workflow,
      handle: async ({ caller, params: { workflowId, version } }) => {
        await mustBeShown(caller, workflowId);
        return showWorkflow(await readVersion(ledger, workflowId, version));
      },
    }),
    route({
      method: 'get',
      path: '/v1/workflows/:workflowId/example',
      operation: 'getWorkflowExample',
      roles: EVERYBODY,
      summary:
        'Read a complete body for an execution of a workflow: from the examples, defaults and schemas of its author',
      params: byWorkflow,
      status: 200,
      response: z
        .strictObject({ parameters: z.record(z.string(), z.unknown()) })
        .meta({ id: 'ExecutionExample' }),
      handle: async ({ caller, params: { workflowId } }) => {
        const { definition } = await mustBeShown(caller, workflowId);
        return { body: { parameters: validExample(definition, caller.tier) } };
      },
    }),
    route({
      method: 'get',
      path: '/v1/executions/:id/workflow',
      operation: 'getExecutedWorkflow',
      roles: EVERYBODY,
      summary: 'Read the workflow version that an execution runs, even if the workflow has been disabled',
      params: z.object({ id: z.uuid() }),
      status: 200,
      response: workflow,
      handle: async ({ caller, params: { id } }) =>
        showWorkflow(await readRunning(ledger, await claimsOn(ledger, caller, id), id)),
    }),
    route({
      method: 'get',
      path: '/v1/workflows/:workflowId/history',
      operation: 'listWorkflowChanges',
      roles: ADMINISTRATORS,
      summary: 'List the changes of a workflow, its tasks and its parameters, newest first',
      params: byWorkflow,
      query: z.strictObject(pageQuery),
      status: 200,
      response: pageOf(entry),
      handle: async ({ params: { workflowId }, query: { limit, cursor } }) => {
        const rows = await workflowHistory(ledger, workflowId, {
          before: olderThan(cursor),
          limit: limit + 1,
        });
        const page = rows.slice(0, limit);
        const last = rows.length > limit ? page.at(-1) : undefined;
        return {
          body: {
            items: page.map(showEntry),
            nextCursor: last ? toCursor(last.seq) : null,
          },
        };
      },
    }),
  ];
}
