/** Writes of workflows: created, validated, changed into new versions, disabled and restored. */
import { z } from 'zod';
import { workflowInput } from '../../core/definitions/definition-input.js';
import { NotFound } from '../../core/errors.js';
import type { Json } from '../../core/json/json.js';
import { createWorkflow, editWorkflow, useWorkflow, validate } from '../../store/workflows/definitions.js';
import { readWorkflow } from '../../store/workflows/workflow-list.js';
import type { Infrastructure } from '../../infrastructure.js';
import { route, type Answer, type Route } from '../http/route.js';
import { byWorkflow, showWorkflow, workflow } from './workflow-shape.js';

const EDITORS = ['platform_admin'] as const;
/** Enough for a thousand tasks with their settings. */
const BODY_LIMIT = '4mb';
const nothing = z.strictObject({}).optional();
const fault = z.strictObject({ path: z.string(), message: z.string(), taskId: z.string().optional() });
/** Accepts any object, so that validation reports every error at once, each with its place. */
const anyObject = z.record(z.string(), z.custom<Json>());
const asWritten = z.union([workflowInput.meta({ id: 'WorkflowInput' }), z.record(z.string(), z.json())]);

export function definitionRoutes({ ledger, workflows }: Infrastructure): Route[] {
  async function answer(workflowId: string): Promise<Answer> {
    workflows.forget(workflowId);
    const found = await readWorkflow(ledger, workflowId);
    if (!found) throw new NotFound('workflow', workflowId);
    return showWorkflow(found);
  }

  return [
    route({
      method: 'post',
      path: '/v1/workflows',
      operation: 'createWorkflow',
      roles: EDITORS,
      summary: 'Create a workflow: its graph follows from the dependencies of its tasks',
      body: anyObject,
      bodyShape: asWritten,
      bodyLimit: BODY_LIMIT,
      status: 201,
      response: workflow,
      handle: async ({ actor, body }) => {
        const workflowId = await createWorkflow(ledger, body, actor);
        const { headers, ...rest } = await answer(workflowId);
        return { ...rest, headers: { ...headers, Location: `/v1/workflows/${workflowId}` } };
      },
    }),
    route({
      method: 'post',
      path: '/v1/workflows/validate',
      operation: 'validateWorkflow',
      roles: EDITORS,
      summary: 'Validate a workflow: returns all errors with their places, and changes nothing',
      body: anyObject,
      bodyShape: asWritten,
      bodyLimit: BODY_LIMIT,
      status: 200,
      response: z
        .strictObject({
          faults: z.array(fault),
          /** The workflow may be saved despite these. */
          warnings: z.array(fault),
        })
        .meta({ id: 'WorkflowVerdict' }),
      handle: async ({ body }) => ({ body: await validate(ledger, body) }),
    }),
    route({
      method: 'patch',
      path: '/v1/workflows/:workflowId',
      operation: 'updateWorkflow',
      roles: EDITORS,
      summary:
        'Change any field of a workflow (JSON Merge Patch), which makes a new version; its last number grows by one unless `version` is given',
      params: byWorkflow,
      headers: z.object({
        /** The ETag that the client read. The change is refused if the workflow has changed since. */
        'if-match': z
          .string()
          .regex(/^(\*|"[^"]{1,20}")$/, 'must be the ETag of the workflow, like "1.0.0"')
          .optional(),
      }),
      body: anyObject,
      bodyShape: z.record(z.string(), z.json()),
      bodyLimit: BODY_LIMIT,
      status: 200,
      response: workflow,
      handle: async ({ actor, params: { workflowId }, headers: { 'if-match': tag = '*' }, body }) => {
        const expectedVersion = tag === '*' ? undefined : tag.slice(1, -1);
        await editWorkflow(ledger, { workflowId, actor, expectedVersion }, body);
        return answer(workflowId);
      },
    }),
    route({
      method: 'delete',
      path: '/v1/workflows/:workflowId',
      operation: 'disableWorkflow',
      roles: EDITORS,
      summary: 'Disable a workflow; accepted executions continue',
      params: byWorkflow,
      status: 200,
      response: workflow,
      handle: async ({ actor, params: { workflowId } }) => {
        await useWorkflow(ledger, workflowId, false, actor);
        return answer(workflowId);
      },
    }),
    route({
      method: 'post',
      path: '/v1/workflows/:workflowId/restore',
      operation: 'restoreWorkflow',
      roles: EDITORS,
      summary: 'Enable a disabled workflow again',
      params: byWorkflow,
      body: nothing,
      status: 200,
      response: workflow,
      handle: async ({ actor, params: { workflowId } }) => {
        await useWorkflow(ledger, workflowId, true, actor);
        return answer(workflowId);
      },
    }),
  ];
}
