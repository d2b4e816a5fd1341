/** Names of Radiant's resources at the provider: valid, stable and unique. */
import { createHash } from 'node:crypto';
import type { ModelConfig } from '../../core/models/model.js';
import type { Locations } from '../driver.js';

const LEGAL = /^[a-z0-9](?:-*[a-z0-9])*$/;
/** An id that already looks suffixed gets a suffix itself, so that it cannot collide with another id's changed name or host. */
const SUFFIXED = /-(?:[0-9a-f]{10}|host)$/;
const CHARACTERS = 63;

const digest = (text: string, characters = 10): string =>
  createHash('sha256').update(text).digest('hex').slice(0, characters);

/** The prefix of every name in this environment. */
export const namePrefix = (environment: string): string => `radiant-${environment}-`;

/** `radiant-<environment>-<model id>`, in lower case because SageMaker ignores case. */
export function endpointName(environment: string, model: Pick<ModelConfig, 'id' | 'deployment'>): string {
  if (model.deployment.endpointName) return model.deployment.endpointName;
  const name = `${namePrefix(environment)}${model.id}`;
  if (LEGAL.test(name) && name.length <= CHARACTERS && !SUFFIXED.test(name)) return name;
  const slug = name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return withSuffix(slug, digest(name));
}

/** The endpoint that carries a component: the shared one in its deployment, or one of its own. */
export function hostName(environment: string, model: Pick<ModelConfig, 'id' | 'deployment'>): string {
  return (
    model.deployment.hostEndpoint ?? `${shortened(endpointName(environment, model), '-host'.length)}-host`
  );
}

/** The name of a model or endpoint configuration. It holds a hash of `content`, so an edit makes a new name. */
export function versionedName(endpoint: string, content: unknown): string {
  return `${versionPrefix(endpoint)}${digest(JSON.stringify(content, sortKeys))}`;
}

/** The prefix of this endpoint's versioned names, and of no other's. Ten hexadecimal digits follow it. */
export const versionPrefix = (endpoint: string): string => `${shortened(endpoint, 11)}-`;
export const isVersionOf = (endpoint: string, name: string): boolean =>
  name.startsWith(versionPrefix(endpoint)) &&
  /^[0-9a-f]{10}$/.test(name.slice(versionPrefix(endpoint).length));

/** The name itself if `extra` more characters fit, else a shorter name that leaves space for them. */
const shortened = (name: string, extra: number): string =>
  name.length + extra <= CHARACTERS ? name : withSuffix(name.slice(0, CHARACTERS - 11 - extra), digest(name));

const withSuffix = (name: string, suffix: string): string =>
  `${name.slice(0, CHARACTERS - 1 - suffix.length).replace(/-+$/, '')}-${suffix}`;

const sortKeys = (_: string, value: unknown): unknown =>
  value && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** Up to 64 characters, the limit of SageMaker's InferenceId. */
export const inferenceId = (invocationId: string): string =>
  /^[A-Za-z0-9-]{1,64}$/.test(invocationId) ? invocationId : digest(invocationId, 64);

/**
 * The file name of a result, at most 32 characters with one dot. It alone separates invocations in S3: whether a path
 * extension would also apply to failures is not documented.
 */
export const resultFile = (invocationId: string): string => `${resultStem(invocationId)}.out`;
const resultStem = (invocationId: string) => digest(invocationId, 28);

export const outputRoot = (bucket: string, endpoint: string): string => `s3://${bucket}/${endpoint}/output`;
export const failureRoot = (bucket: string, endpoint: string): string => `s3://${bucket}/${endpoint}/failure`;

/**
 * The location of an invocation's result, known before it is sent. AWS documents the name of the output but not of the
 * failure. The failure's location is therefore a guess, used only after a crash; a live call uses AWS's response.
 */
export function resultLocations(bucket: string, endpoint: string, invocationId: string) {
  return {
    outputLocation: `${outputRoot(bucket, endpoint)}/${resultFile(invocationId)}`,
    failureLocation: `${failureRoot(bucket, endpoint)}/${resultStem(invocationId)}-error.out`,
  } satisfies Locations;
}
