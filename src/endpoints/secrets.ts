/** Resolves references to secrets: variables of this process, and secrets in AWS Secrets Manager. */
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { LRUCache } from 'lru-cache';
import { InvocationError } from '../core/errors.js';
import { awsFault, readSdkError } from './sdk-errors.js';

/** Everything that looks like a reference, even if it may not be followed. */
const REFERENCE = /\benv:\w+|\baws-sm:[^\s"']+/g;
const IN_MANAGER = /^aws-sm:(arn:[^#]+)(?:#(.+))?$/;
/** A changed secret takes effect after this time at most. */
const KEPT_MS = 300_000;

/** Replaces the references in a text. @throws InvocationError `secret_missing`, or a fault of the service */
export type Resolve = (text: string) => Promise<string>;

export function makeResolve(
  variable: (reference: string) => string | undefined,
  manager: SecretsManagerClient,
): Resolve {
  const kept = new LRUCache<string, { value: string }>({
    max: 1_000,
    ttl: KEPT_MS,
    ignoreFetchAbort: true,
    fetchMethod: async (SecretId) => {
      const { SecretString } = await manager.send(new GetSecretValueCommand({ SecretId }));
      return { value: SecretString ?? '' };
    },
  });

  async function inManager(reference: string, arn: string, member: string | undefined): Promise<string> {
    const { value } = await kept.forceFetch(arn).catch((error: unknown) => {
      const fault = awsFault(error, 'Secrets Manager');
      if (fault.errorClass === 'transient' || fault.errorClass === 'throttled') throw fault;
      throw missing(
        reference,
        `Secrets Manager refused it (${readSdkError(error).name}). Check its region, and that Radiant may read it`,
      );
    });
    const found = member === undefined ? value : memberOf(value, member);
    if (!found) throw missing(reference, 'the secret has no such text field');
    return found;
  }

  async function valueOf(reference: string): Promise<string> {
    const [, arn, member] = IN_MANAGER.exec(reference) ?? [];
    if (arn !== undefined) return inManager(reference, arn, member);
    const value = variable(reference);
    if (value === undefined)
      throw missing(reference, 'use a variable that is set and begins with RADIANT_SECRET_');
    return value;
  }

  return async (text) => {
    const references = [...new Set(text.match(REFERENCE))];
    const values = new Map(
      await Promise.all(references.map(async (reference) => [reference, await valueOf(reference)] as const)),
    );
    return text.replace(REFERENCE, (reference) => values.get(reference) ?? reference);
  };
}

/** Resolves all values of a record. */
export const resolveAll = async (
  values: Readonly<Record<string, string>>,
  resolve: Resolve,
): Promise<Record<string, string>> =>
  Object.fromEntries(
    await Promise.all(Object.entries(values).map(async ([name, value]) => [name, await resolve(value)])),
  ) as Record<string, string>;

function memberOf(json: string, member: string): string | undefined {
  try {
    const value = (JSON.parse(json) as Record<string, unknown> | null)?.[member];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

const missing = (reference: string, what: string) =>
  new InvocationError('invalid', 'secret_missing', `The secret ${reference} cannot be read: ${what}.`);
