/** Admission to the data plane: which workers serve a call, what they will do, and what the ledger records. */
import { createHash, randomUUID } from 'node:crypto';
import { refusal, type Plan } from '../containers/container.js';
import { serving, type Worker } from '../fleet/instances.js';
import type { Invocation } from '../ledger.js';
import { ACCOUNT, type Endpoint, type Served } from '../state.js';
import { Refusal, type Request } from '../wire.js';
import type { Account } from '../account.js';

const NO_CAPACITY =
  'Inference Component has no capacity to process this request. ApplicationAutoScaling may be in-progress ' +
  '(if configured) or try to increase the capacity by invoking UpdateInferenceComponentRuntimeConfig API.';
const NO_COMPONENT =
  'Inference Component Name header is required for endpoints to which you plan to deploy inference components. ' +
  'Please include Inference Component Name header or consider using SageMaker models.';

/** The workers that take a call, and what they run. */
export interface Counter {
  endpoint: Endpoint;
  component: string | null;
  crew: readonly Worker[];
  served: Served;
}

/** Throws ValidationError. */
export function servingEndpoint({ state }: Account, name: string): Endpoint {
  const endpoint = state.endpoints.get(name.toLowerCase());
  const serves =
    endpoint?.name === name && ['InService', 'Updating', 'RollingBack'].includes(endpoint.status);
  if (!serves) throw invalid(`Endpoint ${name} of account ${ACCOUNT} not found.`);
  return endpoint;
}

/** Throws ValidationError. */
export function counterOf(world: Account, endpoint: Endpoint, request: Request): Counter {
  const component = request.header('x-amzn-sagemaker-inference-component') ?? null;
  const variant = endpoint.variants[0];
  if (variant?.served) {
    if (component !== null) throw invalid(`Endpoint ${endpoint.name} has no inference components.`);
    return { endpoint, component, crew: variant.instances, served: variant.served };
  }
  if (component === null) throw invalid(NO_COMPONENT);
  const found = world.state.components.get(component.toLowerCase());
  if (found?.name !== component || found.endpoint !== endpoint) {
    throw invalid(`Inference Component ${component} of account ${ACCOUNT} not found.`);
  }
  if (serving(found.copies).length === 0) throw invalid(NO_CAPACITY);
  return { endpoint, component, crew: found.copies, served: found.specification.served };
}

/** What the container will do. An injected `modelError` takes the container's time and fails. */
export function planWith(
  world: Account,
  { endpoint, served: { container, environment } }: Counter,
  operation: string,
  input: () => Buffer | undefined,
): () => Plan {
  const fault = world.faults.take(['modelError'], operation, endpoint.name);
  return () => {
    const body = input();
    if (!body) return refusal(400, 'There is no object at InputLocation.');
    const plan = container.plan(body, environment, (seconds) => world.clock.billed(seconds));
    return fault
      ? { ...refusal(fault.status ?? 500, 'a fault on order'), computeSeconds: plan.computeSeconds }
      : plan;
  };
}

/** Records an invocation. An id given by the caller identifies it. */
export function receive(
  { clock, book }: Account,
  { endpoint, component }: Counter,
  request: Request,
  kind: Invocation['kind'],
  body: Buffer,
): Invocation {
  const attempt = /attempt=(\d+)/.exec(request.header('amz-sdk-request') ?? '')?.[1];
  const record: Invocation = {
    id: request.header('x-amzn-sagemaker-inference-id') ?? randomUUID(),
    endpointName: endpoint.name,
    inferenceComponentName: component,
    kind,
    receivedAt: clock.now(),
    startedAt: null,
    finishedAt: null,
    receivedMs: clock.wall().getTime(),
    finishedMs: null,
    status: 'queued',
    computeSeconds: 0,
    bodySha256: createHash('sha256').update(body).digest('hex'),
    sdkInvocationId: request.header('amz-sdk-invocation-id') ?? null,
    sdkAttempt: attempt === undefined ? null : Number(attempt),
    outputLocation: null,
  };
  book.invocations.push(record);
  return record;
}

export function invalid(message: string): Refusal {
  return new Refusal('ValidationError', 400, message);
}
