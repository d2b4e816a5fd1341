/** The control plane: AWS JSON 1.1, one operation per request, named in a header. */
import { z } from 'zod';
import { invalid } from '../state.js';
import { Refusal, respond, type Request, type Response } from '../wire.js';
import type { Account } from '../account.js';
import { autoscalingOperations } from './autoscaling.js';
import { componentOperations } from './components.js';
import { endpointOperations } from './endpoints.js';
import { modelOperations } from './models.js';
import { secretOperations } from './secrets.js';
import { operation, tagList, writeTags, type Operation } from './operation.js';

const tagOperations = {
  AddTags: operation(z.object({ ResourceArn: z.string(), Tags: tagList }), (world, { ResourceArn, Tags }) => {
    requireResource(world, ResourceArn);
    writeTags(world, ResourceArn, Tags);
    return { Tags: tagsOf(world, ResourceArn) };
  }),

  ListTags: operation(z.object({ ResourceArn: z.string() }), (world, { ResourceArn }) => {
    requireResource(world, ResourceArn);
    return { Tags: tagsOf(world, ResourceArn) };
  }),
};

const operations = {
  sagemaker: new Map<string, Operation>(
    Object.entries({ ...modelOperations, ...endpointOperations, ...componentOperations, ...tagOperations }),
  ),
  'application-autoscaling': new Map<string, Operation>(Object.entries(autoscalingOperations)),
  secretsmanager: new Map<string, Operation>(Object.entries(secretOperations)),
};

/** Throws Refusal. */
export function control(
  world: Account,
  service: keyof typeof operations,
  name: string,
  request: Request,
): Response {
  const act = operations[service].get(name);
  if (!act) throw new Refusal('UnknownOperationException', 400, `The stand-in does not support ${name}.`);
  const output = act(world, readInput(request));
  return respond(200, output ? JSON.stringify(output) : '', { 'content-type': 'application/x-amz-json-1.1' });
}

/** The members of a control plane request. Throws Refusal. */
export function readInput(request: Request): unknown {
  try {
    return JSON.parse(request.body.toString('utf8') || '{}');
  } catch {
    throw new Refusal('SerializationException', 400, 'The request body is not JSON.');
  }
}

/** Every resource has a set of tags, which may be empty. */
function requireResource({ state }: Account, arn: string): void {
  if (!state.tags.has(arn)) throw invalid(`Could not find resource "${arn}".`);
}

function tagsOf({ state }: Account, arn: string): Array<{ Key: string; Value: string }> {
  return [...(state.tags.get(arn) ?? [])].map(([Key, Value]) => ({ Key, Value }));
}
