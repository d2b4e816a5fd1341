/** Workflows, written: made, checked, changed into new versions, taken out of use and back. */
import { z } from 'zod';
import { workflowInput } from '../../core/workflows/definition-input.js';
import { NotFound } from '../../core/errors.js';
import type { Json } from '../../core/workflows/workflow.js';
import { createWorkflow, editWorkflow, useWorkflow, validate } from '../../store/workflows/definitions.js';
import { readWorkflow } from '../../store/workflows/workflow-list.js';
import type { Infrastructure } from '../../infrastructure.js';
import { route, type Answer, type Route } from '../http/route.js';
import { byWorkflow, showWorkflow, workflow } from './workflows.js';

const EDITORS = ['platform_admin'] as const;
/** A thousand tasks with their settings. */
const BODY_LIMIT = '4mb';
const nothing = z.strictObject({}).optional();
const fault = z.strictObject({ path: z.string(), message: z.string(), taskId: z.string().optional() });
/** What has not even the right shape is taken too: so every fault is told at once, and by its place. */
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
      summary: 'Make a workflow: its graph follows from what its tasks depend on',
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
      summary: 'Tell everything that is wrong with a workflow, each with its place, and change nothing',
      body: anyObject,
      bodyShape: asWritten,
      bodyLimit: BODY_LIMIT,
      status: 200,
      response: z
        .strictObject({
          faults: z.array(fault),
          /** It may be saved all the same. */
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
        'Change any field of a workflow (JSON Merge Patch) into a new version, whose last number grows unless version names it',
      params: byWorkflow,
      headers: z.object({
        /** The ETag that was read: the change is refused when somebody else was faster. */
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
      summary: 'Take a workflow out of use; what was accepted goes on',
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
      summary: 'Take a workflow into use again',
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
