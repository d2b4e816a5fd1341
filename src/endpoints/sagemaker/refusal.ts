/** Interprets refusals of the control plane: retry later, or show the provider's message to the operator. */
import { InvocationError } from '../../core/errors.js';
import type { ModelConfig } from '../../core/models/model.js';
import { cut } from '../../core/json/text.js';
import type { StepResult } from '../driver.js';
import { awsFault, readSdkError } from '../sdk-errors.js';

const NOT_NOW =
  /in-progress|in progress|already existing|Could not find (?:endpoint configuration|model)|in (?:the )?(?:Creating|Updating|Deleting) (?:state|status)|not InService/i;
const SHORTEST_SECRET = 4;
const WORDS = 500;

/** Runs one step of a change. `busy`: the provider throttles, or another change is in progress. */
export async function runStep(
  model: ModelConfig,
  name: string,
  step: () => Promise<StepResult>,
): Promise<StepResult> {
  try {
    return await step();
  } catch (error) {
    if (isRefusedForNow(error)) return 'busy';
    throw refusal(error, model, name);
  }
}

/** Null if the resource to delete or describe does not exist. */
export async function unlessAbsent<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

/** Ignores that it exists: a name contains the hash of its content, so the existing resource is the requested one. */
export async function unlessThere(creation: Promise<unknown>): Promise<void> {
  await creation.catch((error: unknown) => {
    if (!readSdkError(error).message.includes('already existing')) throw error;
  });
}

/** For work that may fail without harm, since it is repeated later. */
export const bestEffort = (work: Promise<unknown>): Promise<void> =>
  work.then(
    () => undefined,
    () => undefined,
  );

/** Keeps the provider's message (a quota, a bad role), since no payload is involved, but removes the row's secrets. */
export function refusal(error: unknown, model: ModelConfig, name: string): InvocationError {
  const fault = awsFault(error, name);
  if (fault === error || ['connection_lost', 'unreachable'].includes(fault.code)) return fault;
  const quota = readSdkError(error).name === 'ResourceLimitExceeded';
  return new InvocationError(
    fault.errorClass,
    quota ? 'quota_exceeded' : fault.code,
    `${fault.message}: ${redacted(readSdkError(error).message, model)}`,
  );
}

/** Replaces longer values first, since one may contain another. */
export function redacted(text: string, { deployment }: Pick<ModelConfig, 'deployment'>): string {
  const clean = [...Object.values(deployment.environment), ...Object.values(deployment.headers)]
    .filter(({ length }) => length >= SHORTEST_SECRET)
    .sort((a, b) => b.length - a.length)
    .reduce((rest, value) => rest.replaceAll(value, '***'), text);
  return cut(clean, WORDS);
}

const isAbsent = (error: unknown): boolean => {
  const { name, message } = readSdkError(error);
  return (
    name === 'ResourceNotFound' ||
    name === 'ObjectNotFoundException' ||
    (name === 'ValidationException' && message.includes('Could not find'))
  );
};

export function isRefusedForNow(error: unknown): boolean {
  const { name, message } = readSdkError(error);
  return (
    ['ResourceInUse', 'ConflictException'].includes(name) ||
    (name === 'ValidationException' && NOT_NOW.test(message)) ||
    awsFault(error, '').errorClass === 'throttled'
  );
}
