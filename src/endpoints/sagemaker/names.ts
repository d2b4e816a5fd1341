/** The names Radiant gives to what it makes at the provider: legal, stable, and never the same for two things. */
import { createHash } from 'node:crypto';
import type { ModelConfig } from '../../core/models/model.js';
import type { Locations } from '../driver.js';

const LEGAL = /^[a-z0-9](?:-*[a-z0-9])*$/;
/** An id that looks suffixed is suffixed itself, so that no id can pose as another's changed name or host. */
const SUFFIXED = /-(?:[0-9a-f]{10}|host)$/;
const CHARACTERS = 63;

const digest = (text: string, characters = 10): string =>
  createHash('sha256').update(text).digest('hex').slice(0, characters);

/** How every name in this environment begins. */
export const namePrefix = (environment: string): string => `radiant-${environment}-`;

/** `radiant-<environment>-<model id>`; lower case because SageMaker compares names without case. */
export function endpointName(environment: string, model: Pick<ModelConfig, 'id' | 'deployment'>): string {
  if (model.deployment.endpointName) return model.deployment.endpointName;
  const name = `${namePrefix(environment)}${model.id}`;
  if (LEGAL.test(name) && name.length <= CHARACTERS && !SUFFIXED.test(name)) return name;
  const slug = name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return withSuffix(slug, digest(name));
}

/** The endpoint that carries a component: the one its deployment names, for several to share, or one of its own. */
export function hostName(environment: string, model: Pick<ModelConfig, 'id' | 'deployment'>): string {
  return (
    model.deployment.hostEndpoint ?? `${shortened(endpointName(environment, model), '-host'.length)}-host`
  );
}

/** Name of a model or endpoint configuration of which `content` is all that matters: an edit makes a new one. */
export function versionedName(endpoint: string, content: unknown): string {
  return `${versionPrefix(endpoint)}${digest(JSON.stringify(content, sortKeys))}`;
}

/** How the versioned names of this endpoint begin, and of no other: ten hexadecimal digits follow. */
export const versionPrefix = (endpoint: string): string => `${shortened(endpoint, 11)}-`;
export const isVersionOf = (endpoint: string, name: string): boolean =>
  name.startsWith(versionPrefix(endpoint)) &&
  /^[0-9a-f]{10}$/.test(name.slice(versionPrefix(endpoint).length));

/** The name itself if `room` characters fit behind it, else one as its own that leaves them. */
const shortened = (name: string, room: number): string =>
  name.length + room <= CHARACTERS ? name : withSuffix(name.slice(0, CHARACTERS - 11 - room), digest(name));

const withSuffix = (name: string, suffix: string): string =>
  `${name.slice(0, CHARACTERS - 1 - suffix.length).replace(/-+$/, '')}-${suffix}`;

const sortKeys = (_: string, value: unknown): unknown =>
  value && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** Up to 64 characters, as SageMaker's InferenceId may be. */
export const inferenceId = (invocationId: string): string =>
  /^[A-Za-z0-9-]{1,64}$/.test(invocationId) ? invocationId : digest(invocationId, 64);

/**
 * The result's file, at most 32 characters with one dot. Nothing else keeps two invocations apart in S3: whether a
 * path extension would apply to failures too is not documented.
 */
export const resultFile = (invocationId: string): string => `${resultStem(invocationId)}.out`;
const resultStem = (invocationId: string) => digest(invocationId, 28);

export const outputRoot = (bucket: string, endpoint: string): string => `s3://${bucket}/${endpoint}/output`;
export const failureRoot = (bucket: string, endpoint: string): string => `s3://${bucket}/${endpoint}/failure`;

/**
 * Where an invocation's result will lie, known before it is sent. AWS documents how the output is named but not the
 * failure, so the failure's place is a guess used only after a crash; a live call goes by what AWS answered.
 */
export function resultLocations(bucket: string, endpoint: string, invocationId: string) {
  return {
    outputLocation: `${outputRoot(bucket, endpoint)}/${resultFile(invocationId)}`,
    failureLocation: `${failureRoot(bucket, endpoint)}/${resultStem(invocationId)}-error.out`,
  } satisfies Locations;
}
