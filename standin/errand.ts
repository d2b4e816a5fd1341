/** Tells what a request is for, and how it is carried out or refused, before anything happens. */
import { control, readInput } from './control/control.js';
import { invoke, invokeAsync, runtimePath } from './runtime.js';
import { locate, s3, s3Operation } from './s3.js';
import { refuseAsXml } from './s3-xml.js';
import { Refusal, refuse, type Request, type Response } from './wire.js';
import type { World } from './world.js';

export interface Errand {
  operation: string;
  /** What the ledger names as its object. */
  target: string;
  endpointName: string | undefined;
  carryOut(): Response | Promise<Response>;
  refuse(refusal: Refusal): Response;
}

const runtimeOperations: Readonly<Record<string, string>> = {
  invocations: 'InvokeEndpoint',
  'async-invocations': 'InvokeEndpointAsync',
  'invocations-response-stream': 'InvokeEndpointWithResponseStream',
};

export function readErrand(world: World, request: Request): Errand {
  const { method, url } = request;
  const [, name, road] = (method === 'POST' && runtimePath.exec(url.pathname)) || [];
  if (name !== undefined && road !== undefined) {
    const endpointName = decodeURIComponent(name);
    const operation = runtimeOperations[road] ?? road;
    return {
      operation,
      target: endpointName,
      endpointName,
      refuse: (refusal) => refuse(refusal, 'Message'),
      carryOut() {
        if (operation === 'InvokeEndpoint') return invoke(world, endpointName, request);
        if (operation === 'InvokeEndpointAsync') return invokeAsync(world, endpointName, request);
        throw new Refusal('ValidationError', 400, `The stand-in does not speak ${operation}.`);
      },
    };
  }
  const target = request.header('x-amz-target');
  if (target !== undefined) {
    const operation = target.split('.').at(-1) ?? target;
    const named = namesIn(request);
    return {
      operation,
      target: named.EndpointName ?? named.EndpointConfigName ?? named.ModelName ?? named.ResourceArn ?? '',
      endpointName: named.EndpointName,
      refuse: (refusal) => refuse(refusal, 'message'),
      carryOut: () => control(world, operation, request),
    };
  }
  const { bucket, key } = locate(url);
  const operation = s3Operation(request);
  return {
    operation,
    target: key === '' ? bucket : `${bucket}/${key}`,
    endpointName: undefined,
    refuse: (refusal) => refuseAsXml(refusal, method),
    carryOut: () => s3(world, operation, request),
  };
}

type Names = Partial<Record<'EndpointName' | 'EndpointConfigName' | 'ModelName' | 'ResourceArn', string>>;

function namesIn(request: Request): Names {
  try {
    return readInput(request) as Names;
  } catch {
    return {};
  }
}
