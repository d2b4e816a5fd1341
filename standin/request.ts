/** Parses what a request is for, and how it is executed or refused. */
import { anyOf, refuseDenied, type Service } from './access.js';
import { control, readInput } from './control/control.js';
import { invokeAsync } from './runtime/async.js';
import { invoke, runtimePath } from './runtime/invoke.js';
import { invokeForStream } from './runtime/stream.js';
import { locate, s3, s3Operation } from './s3/s3.js';
import { refuseAsXml } from './s3/xml.js';
import { arnOf } from './state.js';
import { refuse, type Refusal, type Request, type Response } from './wire.js';
import type { Account } from './account.js';

export interface StandInRequest {
  operation: string;
  /** The object that the ledger shows. */
  target: string;
  endpointName: string | undefined;
  carryOut(): Response | Promise<Response>;
  refuse(refusal: Refusal): Response;
}

const roads = {
  invocations: { operation: 'InvokeEndpoint', go: invoke },
  'async-invocations': { operation: 'InvokeEndpointAsync', go: invokeAsync },
  'invocations-response-stream': { operation: 'InvokeEndpointWithResponseStream', go: invokeForStream },
};

/** The permission is checked before the content is parsed. */
export function readStandInRequest(world: Account, request: Request): StandInRequest {
  const { service, resource, ...parsed } = read(world, request);
  return {
    ...parsed,
    carryOut() {
      refuseDenied(world.settings.denied, service, parsed.operation, resource);
      return parsed.carryOut();
    },
  };
}

function read(world: Account, request: Request): StandInRequest & { service: Service; resource: string } {
  const { method, url } = request;
  const [, name, road] = (method === 'POST' && runtimePath.exec(url.pathname)) || [];
  if (name !== undefined && road !== undefined) {
    const endpointName = decodeURIComponent(name);
    const { operation, go } = roads[road as keyof typeof roads];
    return {
      service: 'sagemaker-runtime',
      resource: arnOf('endpoint', endpointName),
      operation,
      target: endpointName,
      endpointName,
      refuse: (refusal) => refuse(refusal, 'Message'),
      carryOut: () => go(world, endpointName, request),
    };
  }
  const target = request.header('x-amz-target');
  if (target !== undefined) return { ...readControl(world, request, target) };
  const { bucket, key } = locate(url);
  const operation = s3Operation(request);
  const path = key === '' ? bucket : `${bucket}/${key}`;
  return {
    service: 's3',
    resource: `arn:aws:s3:::${path}`,
    operation,
    target: path,
    endpointName: undefined,
    refuse: (refusal) => refuseAsXml(refusal, method),
    carryOut: () => s3(world, operation, request),
  };
}

/** The prefix that names each service before the operation. The others are SageMaker's. */
const SERVICES: Readonly<Record<string, 'application-autoscaling' | 'secretsmanager'>> = {
  AnyScaleFrontendService: 'application-autoscaling',
  secretsmanager: 'secretsmanager',
};

function readControl(world: Account, request: Request, target: string): ReturnType<typeof read> {
  const [prefix = '', operation = target] = target.split('.');
  const service = SERVICES[prefix] ?? 'sagemaker';
  const named = namesIn(request);
  const object =
    named.InferenceComponentName ?? named.EndpointName ?? named.EndpointConfigName ?? named.ModelName;
  const component = world.state.components.get((named.InferenceComponentName ?? '').toLowerCase());
  return {
    service,
    resource: resourceOf(named) ?? anyOf(service),
    operation,
    target: object ?? named.ResourceArn ?? named.ResourceId ?? '',
    endpointName:
      named.EndpointName ??
      component?.endpoint.name ??
      /^endpoint\/([^/]+)/.exec(named.ResourceId ?? '')?.[1],
    refuse: (refusal) => refuse(refusal, 'message'),
    carryOut: () => control(world, service, operation, request),
  };
}

type Names = Partial<
  Record<
    | 'InferenceComponentName'
    | 'EndpointName'
    | 'EndpointConfigName'
    | 'ModelName'
    | 'ResourceArn'
    | 'ResourceId',
    string
  >
>;

function resourceOf(named: Names): string | undefined {
  if (named.InferenceComponentName) return arnOf('inference-component', named.InferenceComponentName);
  if (named.EndpointName) return arnOf('endpoint', named.EndpointName);
  if (named.EndpointConfigName) return arnOf('endpoint-config', named.EndpointConfigName);
  return named.ModelName ? arnOf('model', named.ModelName) : named.ResourceArn;
}

/** The names in an input that is not validated yet. */
function namesIn(request: Request): Names {
  try {
    const input = Object(readInput(request)) as Record<string, unknown>;
    return Object.fromEntries(Object.entries(input).filter(([, value]) => typeof value === 'string'));
  } catch {
    return {};
  }
}
