/** What every endpoint driver offers: one way to invoke a model, one way to turn its capacity up and down. */
import type { Fault } from '../core/errors.js';
import type { ModelConfig } from '../core/models/model.js';
import type { Json } from '../core/json/json.js';

export type DriverName = 'sagemaker-async' | 'sagemaker-realtime' | 'sagemaker-component' | 'http';

export interface Call {
  model: ModelConfig;
  /** Unique for each authorised attempt; names the result in S3. */
  invocationId: string;
  /** JSON. */
  body: Uint8Array;
  /** From now until the answer is in hand. */
  timeoutMs: number;
  signal: AbortSignal;
  /** True: an earlier worker had it accepted, so nothing is sent and only the result is waited for. */
  adopt: boolean;
  /** Called once, after the provider acknowledged an asynchronous request; what it throws ends the call. */
  onAccepted: () => Promise<void>;
}

export type Usage = { computeSeconds?: number } & Record<string, unknown>;

export interface Answer {
  answer: Json;
  /** Numbers of it that are not what was answered, by their places. */
  faults: readonly Fault[];
  /** The answer's own top-level `usage` object, taken out of it. */
  usage: Usage;
  /** Size of the answer as received. */
  bytes: number;
}

export interface Locations {
  /** `s3://…`, null where the answer comes on the connection. */
  outputLocation: string | null;
  failureLocation: string | null;
}

/** What is known of an invocation before it is sent. */
export interface Planned extends Locations {
  /** Whether there is nothing to wait for once the request was aborted; the provider may work on for a while. */
  cancellable: boolean;
  /** The longest that the provider can be at the request after it has arrived, or after it was given up. */
  lingerMs: number;
  /** Where it goes, without credentials and query; null where the endpoint's name says it. */
  address: string | null;
}

export interface Plan extends Planned {
  endpoint: string;
  driver: DriverName;
}

export interface Known {
  kind: 'known';
  exists: boolean;
  /** The provider's word, e.g. `InService`. */
  status: string | null;
  /** Instances that take requests now, and those asked for. */
  serving: number;
  wanted: number;
  /** True while the provider refuses every change. */
  inProgress: boolean;
  failure: string | null;
  /** It serves another deployment than the model's row asks for. */
  outdated: boolean;
  /** Instances that bill now, as far as the provider tells. Those of a shared host are told by one model only. */
  billed: number;
}
export type Health = Known | { kind: 'unknown'; reason: string };

/** `busy`: not now, ask again later. */
export type Asked = 'done' | 'busy';

export interface Capacity {
  /** Never throws for a provider's fault: what cannot be seen is `unknown`, which is not zero. */
  describe(model: ModelConfig): Promise<Health>;
  /** Asks for `instances` (at least 1). Safe to call again at any point of an earlier call that crashed. */
  warm(model: ModelConfig, instances: number): Promise<Asked>;
  /** Asks for nothing that bills. Safe to call again. */
  cool(model: ModelConfig): Promise<Asked>;
  /** Moves what is there to the row's present deployment; the caller has drained it. At zero it may be deleted. */
  roll(model: ModelConfig): Promise<Asked>;
  /** Deletes the endpoint and all that was made for it; `done` only when nothing is left. */
  remove(model: ModelConfig): Promise<Asked>;
  /**
   * The provider itself scales it to zero at `until`, unless this is called again or it is cooled. Does nothing where
   * the provider has no such thing. Throws an `InvocationError`: a model can be served without it.
   */
  renewDeadMan(model: ModelConfig, until: Date): Promise<void>;
}

/** An endpoint as the account knows it. */
export interface Listed {
  name: string;
  status: string;
  instanceType: string | null;
  /** As `billed`. */
  instances: number;
  createdAt: Date;
  tags: Record<string, string>;
}

/** Whether an action is allowed; `reason` holds the provider's words. */
export interface Permission {
  action: string;
  allowed: boolean;
  reason: string | null;
}

export interface Driver {
  /** @param timeoutMs the most that the answer will be waited for */
  plan(model: ModelConfig, invocationId: string, timeoutMs: number): Planned;
  /** Every fault is an `InvocationError`, except what `onAccepted` throws. */
  invoke(call: Call): Promise<Answer>;
}
