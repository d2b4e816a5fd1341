/** The interface of every endpoint driver: invoking a model, and scaling its capacity. */
import type { Fault } from '../core/errors.js';
import type { ModelConfig } from '../core/models/model.js';
import type { Json } from '../core/json/json.js';

export type DriverName = 'sagemaker-async' | 'sagemaker-realtime' | 'sagemaker-component' | 'http';

export interface Call {
  model: ModelConfig;
  /** Unique for each authorised attempt; names the result in S3. */
  invocationId: string;
  /** JSON text. */
  body: Uint8Array;
  /** From the call until the answer has been read. */
  timeoutMs: number;
  signal: AbortSignal;
  /** True: an earlier worker got the request accepted, so nothing is sent and only the result is awaited. */
  adopt: boolean;
  /** Called once, after the provider accepted an asynchronous request. An error from it ends the call. */
  onAccepted: () => Promise<void>;
}

export type Usage = { computeSeconds?: number } & Record<string, unknown>;

export interface Answer {
  answer: Json;
  /** Numbers of the answer that could not be read exactly, with their paths. */
  faults: readonly Fault[];
  /** The top-level `usage` object of the answer, removed from it. */
  usage: Usage;
  /** Size of the answer as received. */
  bytes: number;
}

export interface Locations {
  /** `s3://…`; null if the answer comes on the connection. */
  outputLocation: string | null;
  failureLocation: string | null;
}

/** What is known of an invocation before it is sent. */
export interface Planned extends Locations {
  /** False if a result may still come after an abort. */
  cancellable: boolean;
  /** The longest time the provider may still work on the request, after it arrived or was given up. */
  lingerMs: number;
  /** The endpoint's address without credentials and query; null if the endpoint's name identifies it. */
  address: string | null;
}

export interface Plan extends Planned {
  endpoint: string;
  driver: DriverName;
}

export interface Known {
  kind: 'known';
  exists: boolean;
  /** The provider's status, such as `InService`. */
  status: string | null;
  /** Instances that take requests now, and instances requested. */
  serving: number;
  wanted: number;
  /** True while the provider refuses every change. */
  inProgress: boolean;
  failure: string | null;
  /** It serves another deployment than the model's row describes. */
  outdated: boolean;
  /** Instances that are billed now, as far as the provider reports them. Only one model reports those of a shared host. */
  billed: number;
}
export type Health = Known | { kind: 'unknown'; reason: string };

/** `busy`: not possible now, ask again later. */
export type StepResult = 'done' | 'busy';

export interface Capacity {
  /** Never throws for a provider's fault: what cannot be observed is `unknown`, which is not zero. */
  describe(model: ModelConfig): Promise<Health>;
  /** Requests `instances` (at least 1). Can be repeated at any point, also after a crash during an earlier call. */
  warm(model: ModelConfig, instances: number): Promise<StepResult>;
  /** Scales to nothing that is billed. Can be repeated. */
  cool(model: ModelConfig): Promise<StepResult>;
  /** Updates the endpoint to the row's present deployment. The caller has drained it. At zero it may be deleted. */
  roll(model: ModelConfig): Promise<StepResult>;
  /** Deletes the endpoint and all its resources. `done` only when nothing is left. */
  remove(model: ModelConfig): Promise<StepResult>;
  /**
   * Renews the dead man: the provider itself scales the model to zero at `until`, unless this is called again or the
   * model is cooled. Does nothing where the provider has no such thing. Throws an `InvocationError`, which does not
   * prevent serving the model.
   */
  renewDeadMan(model: ModelConfig, until: Date): Promise<void>;
}

/** An endpoint as the account lists it. */
export interface Listed {
  name: string;
  status: string;
  instanceType: string | null;
  /** Billed instances. */
  instances: number;
  createdAt: Date;
  tags: Record<string, string>;
}

/** Whether an action is allowed. `reason` quotes the provider. */
export interface Permission {
  action: string;
  allowed: boolean;
  reason: string | null;
}

export interface Driver {
  /** @param timeoutMs the longest time the answer is awaited */
  plan(model: ModelConfig, invocationId: string, timeoutMs: number): Planned;
  /** Every fault is an `InvocationError`, except what `onAccepted` throws. */
  invoke(call: Call): Promise<Answer>;
}
