/** What the control plane means by a refusal: come again, or tell the operator in the provider's own words. */
import { InvocationError } from '../../core/errors.js';
import type { ModelConfig } from '../../core/models/model.js';
import { cut } from '../../core/json/text.js';
import type { Asked } from '../driver.js';
import { awsFault, look } from '../provider-errors.js';

const NOT_NOW =
  /in-progress|in progress|already existing|Could not find (?:endpoint configuration|model)|in (?:the )?(?:Creating|Updating|Deleting) (?:state|status)|not InService/i;
const SHORTEST_SECRET = 4;
const WORDS = 500;

/** One step towards what was asked for. `busy`: the provider is throttling, or still at something else. */
export async function asked(model: ModelConfig, name: string, step: () => Promise<Asked>): Promise<Asked> {
  try {
    return await step();
  } catch (error) {
    if (isRefusedForNow(error)) return 'busy';
    throw refusal(error, model, name);
  }
}

/** Lets pass that what should be deleted, or described, is not there. */
export async function unlessAbsent<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

/** A name holds the hash of its content, so what is already there is what was asked for. */
export async function unlessThere(creation: Promise<unknown>): Promise<void> {
  await creation.catch((error: unknown) => {
    if (!look(error).message.includes('already existing')) throw error;
  });
}

/** For what may fail without harm: it is done again on another occasion. */
export const bestEffort = (work: Promise<unknown>): Promise<void> =>
  work.then(
    () => undefined,
    () => undefined,
  );

/** No payload passes here, so the provider's own words are kept (a quota, a bad role), but no secret of the row. */
export function refusal(error: unknown, model: ModelConfig, name: string): InvocationError {
  const fault = awsFault(error, name);
  if (fault === error || ['connection_lost', 'unreachable'].includes(fault.code)) return fault;
  const quota = look(error).name === 'ResourceLimitExceeded';
  return new InvocationError(
    fault.errorClass,
    quota ? 'quota_exceeded' : fault.code,
    `${fault.message}: ${redacted(look(error).message, model)}`,
  );
}

/** Longer values first: one may hold another. */
export function redacted(text: string, { deployment }: Pick<ModelConfig, 'deployment'>): string {
  const said = [...Object.values(deployment.environment), ...Object.values(deployment.headers)]
    .filter(({ length }) => length >= SHORTEST_SECRET)
    .sort((a, b) => b.length - a.length)
    .reduce((said, value) => said.replaceAll(value, '***'), text);
  return cut(said, WORDS);
}

const isAbsent = (error: unknown): boolean => {
  const { name, message } = look(error);
  return (
    name === 'ResourceNotFound' ||
    name === 'ObjectNotFoundException' ||
    (name === 'ValidationException' && message.includes('Could not find'))
  );
};

export function isRefusedForNow(error: unknown): boolean {
  const { name, message } = look(error);
  return (
    ['ResourceInUse', 'ConflictException'].includes(name) ||
    (name === 'ValidationException' && NOT_NOW.test(message)) ||
    awsFault(error, '').errorClass === 'throttled'
  );
}
