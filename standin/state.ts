/** The state of the account: models, endpoint configurations, endpoints, inference components and tags. */
import { chooseContainer } from './containers/choose.js';
import type { Container, Environment } from './containers/container.js';
import type { Copy, Instance } from './fleet/instances.js';
import { hourlyPrice, type Resources } from './fleet/instance-types.js';
import { Refusal } from './wire.js';
import type { Clock } from './clock.js';
import type { Settings } from './settings.js';

export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

export interface Model {
  name: string;
  arn: string;
  environment: Environment;
  /** The original request, for Describe. */
  given: Readonly<Record<string, unknown>>;
  createdAt: Date;
}

interface VariantConfig {
  VariantName: string;
  /** Absent if inference components bring the models. */
  ModelName?: string | undefined;
  InstanceType: string;
  InitialInstanceCount: number;
  InitialVariantWeight: number;
  ManagedInstanceScaling?: ManagedScaling | undefined;
}

interface ManagedScaling {
  Status?: 'ENABLED' | 'DISABLED' | undefined;
  MinInstanceCount?: number | undefined;
  MaxInstanceCount?: number | undefined;
}

interface AsyncConfig {
  ClientConfig?: { MaxConcurrentInvocationsPerInstance?: number | undefined } | undefined;
  OutputConfig: { S3OutputPath?: string | undefined; S3FailurePath?: string | undefined };
}

export interface EndpointConfig {
  name: string;
  arn: string;
  variants: VariantConfig[];
  async: AsyncConfig | undefined;
  given: Readonly<Record<string, unknown>>;
  createdAt: Date;
  /** Virtual time from which other calls see it. */
  visibleFrom: number;
}

/** The container that runs on an instance. */
export interface Served {
  container: Container;
  environment: Environment;
}

/** A fleet of equal instances. */
export interface Variant {
  config: VariantConfig;
  /** Undefined if inference components bring the models. */
  served: Served | undefined;
  hourlyUsd: string;
  instances: Instance[];
  desired: number;
  weight: number;
}

type EndpointStatus = 'Creating' | 'InService' | 'Updating' | 'RollingBack' | 'Failed' | 'Deleting';

export interface Endpoint {
  name: string;
  arn: string;
  config: EndpointConfig;
  status: EndpointStatus;
  failureReason: string | undefined;
  variants: Variant[];
  createdAt: Date;
  modifiedAt: Date;
  /** Virtual time from which other calls see it. */
  visibleFrom: number;
}

export interface Specification {
  given: Readonly<Record<string, unknown>>;
  served: Served;
  room: Resources;
}

export interface Component {
  name: string;
  arn: string;
  endpoint: Endpoint;
  variant: Variant;
  specification: Specification;
  status: 'Creating' | 'InService' | 'Updating' | 'Failed' | 'Deleting';
  failureReason: string | undefined;
  copies: Copy[];
  desired: number;
  createdAt: Date;
  modifiedAt: Date;
}

export interface State {
  models: Map<string, Model>;
  configs: Map<string, EndpointConfig>;
  /** By lower-cased name, since names are unique without regard to case. */
  endpoints: Map<string, Endpoint>;
  /** Deleted endpoints, as long as lists still show them. */
  departed: Set<Endpoint>;
  components: Map<string, Component>;
  /** Existing instances, by type. */
  inUse: Map<string, number>;
  /** Tags by ARN. */
  tags: Map<string, Map<string, string>>;
}

export function emptyState(): State {
  return {
    models: new Map(),
    configs: new Map(),
    endpoints: new Map(),
    departed: new Set(),
    components: new Map(),
    inUse: new Map(),
    tags: new Map(),
  };
}

type Kind = 'model' | 'endpoint-config' | 'endpoint' | 'inference-component';

export function arnOf(kind: Kind, name: string): string {
  return `arn:aws:sagemaker:${REGION}:${ACCOUNT}:${kind}/${name.toLowerCase()}`;
}

export function invalid(message: string): Refusal {
  return new Refusal('ValidationException', 400, message);
}

/** Throws ValidationException. */
export function findModel(state: State, name: string): Model {
  const model = state.models.get(name);
  if (!model) throw invalid(`Could not find model "${arnOf('model', name)}".`);
  return model;
}

/** Throws ValidationException. */
export function findConfig({ state, clock }: { state: State; clock: Clock }, name: string): EndpointConfig {
  const config = state.configs.get(name);
  if (!config || config.visibleFrom > clock.now()) {
    throw invalid(`Could not find endpoint configuration "${arnOf('endpoint-config', name)}".`);
  }
  return config;
}

/** Throws ValidationException. */
export function findEndpoint({ state, clock }: { state: State; clock: Clock }, name: string): Endpoint {
  const endpoint = state.endpoints.get(name.toLowerCase());
  if (!endpoint || endpoint.visibleFrom > clock.now()) {
    throw invalid(`Could not find endpoint "${arnOf('endpoint', name)}".`);
  }
  return endpoint;
}

/** Throws ValidationException. */
export function findComponent(state: State, name: string): Component {
  const component = state.components.get(name.toLowerCase());
  if (!component)
    throw invalid(`Could not find inference component "${arnOf('inference-component', name)}".`);
  return component;
}

export function serve(environment: Environment): Served {
  return { container: chooseContainer(environment), environment };
}

/** The fleets of a configuration, still without instances. Throws ValidationException if a model is gone. */
export function newVariants(state: State, config: EndpointConfig): Variant[] {
  return config.variants.map((variant) => {
    const environment =
      variant.ModelName === undefined ? undefined : findModel(state, variant.ModelName).environment;
    return {
      config: variant,
      served: environment && serve(environment),
      hourlyUsd: hourlyPrice(variant.InstanceType, environment?.['STANDIN_HOURLY_USD']),
      instances: [],
      desired: variant.InitialInstanceCount,
      weight: variant.InitialVariantWeight,
    };
  });
}

/** The status that callers see: a setting simulates maintenance. */
export function statusOf({ settings }: { settings: Settings }, { status, name }: Endpoint): string {
  return status === 'InService' && settings.systemUpdating.includes(name) ? 'SystemUpdating' : status;
}
