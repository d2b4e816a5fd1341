/** Error answers of the API as text. */
import type { components } from '../../api/contract';
import { Problem } from '../../api/client';

/** An error of one field, as the API returns it. */
export type FieldError = NonNullable<components['schemas']['Problem']['errors']>[number];

/** A message that is a whole sentence names its subject. Any other message continues its path. */
export const fieldErrorText = ({ path, message }: FieldError): string =>
  /^\p{Lu}.*\.$/su.test(message) ? message : `${path} ${message}`;

export const problemText = (error: unknown): string =>
  error instanceof Problem
    ? [error.detail, ...error.errors.map(fieldErrorText)].join(' ')
    : 'The server could not be reached. Radiant tries again automatically.';

/** The message for one field of the request's body. */
export const messageFor = (error: unknown, field: string): string | undefined =>
  error instanceof Problem
    ? error.errors.find(({ path }) => path.replace(/^body\.?/, '').split(/[.[]/)[0] === field)?.message
    : undefined;
