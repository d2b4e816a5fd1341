/** What exists in the account: models, endpoint configurations, endpoints and their tags. */
import { chooseContainer } from './containers/choose.js';
import type { Container, Environment } from './containers/container.js';
import { hourlyPrice } from './prices.js';
import { Refusal } from './wire.js';

export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

export interface Model {
  name: string;
  arn: string;
  environment: Environment;
  /** The request as it was made, for Describe. */
  given: Readonly<Record<string, unknown>>;
  createdAt: Date;
}

interface VariantConfig {
  VariantName: string;
  ModelName: string;
  InstanceType: string;
  InitialInstanceCount: number;
  InitialVariantWeight: number;
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
}

/** A fleet of equal instances. */
export interface Variant {
  config: VariantConfig;
  container: Container;
  environment: Environment;
  hourlyUsd: number;
  current: number;
  desired: number;
  weight: number;
}

type EndpointStatus = 'Creating' | 'InService' | 'Updating' | 'Failed' | 'Deleting';

export interface Endpoint {
  name: string;
  arn: string;
  config: EndpointConfig;
  status: EndpointStatus;
  failureReason: string | undefined;
  variants: Variant[];
  createdAt: Date;
  modifiedAt: Date;
}

export interface State {
  models: Map<string, Model>;
  configs: Map<string, EndpointConfig>;
  /** By lower-cased name: names are unique without regard to case. */
  endpoints: Map<string, Endpoint>;
  /** Tags by ARN. */
  tags: Map<string, Map<string, string>>;
}

export function emptyState(): State {
  return { models: new Map(), configs: new Map(), endpoints: new Map(), tags: new Map() };
}

export function arnOf(kind: 'model' | 'endpoint-config' | 'endpoint', name: string): string {
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
export function findConfig(state: State, name: string): EndpointConfig {
  const config = state.configs.get(name);
  if (!config) throw invalid(`Could not find endpoint configuration "${arnOf('endpoint-config', name)}".`);
  return config;
}

/** Throws ValidationException. */
export function findEndpoint(state: State, name: string): Endpoint {
  const endpoint = state.endpoints.get(name.toLowerCase());
  if (!endpoint) throw invalid(`Could not find endpoint "${arnOf('endpoint', name)}".`);
  return endpoint;
}

/** The fleets of a configuration, without instances yet. Throws ValidationException if a model is gone. */
export function newVariants(state: State, config: EndpointConfig): Variant[] {
  return config.variants.map((variant) => {
    const { environment } = findModel(state, variant.ModelName);
    return {
      config: variant,
      container: chooseContainer(environment),
      environment,
      hourlyUsd: Number(environment['STANDIN_HOURLY_USD']) || hourlyPrice(variant.InstanceType),
      current: 0,
      desired: variant.InitialInstanceCount,
      weight: variant.InitialVariantWeight,
    };
  });
}
