/** Error answers of the API as text. */
import { Problem } from '../../api/client';

/** A message that is a whole sentence names its subject. Any other message continues its path. */
export const sayFault = ({ path, message }: { path: string; message: string }): string =>
  /^\p{Lu}.*\.$/su.test(message) ? message : `${path} ${message}`;

export const sayProblem = (error: unknown): string =>
  error instanceof Problem
    ? [error.detail, ...error.errors.map(sayFault)].join(' ')
    : 'The server could not be reached. Radiant tries again automatically.';
