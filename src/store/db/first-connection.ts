/** The first connection to a PostgreSQL that the environment names, or in words what keeps it from us and what to do. */
import { Client } from 'pg';
import { RadiantError } from '../../core/errors.js';
import { networkFault } from '../../core/connection-errors.js';
import { inSchema } from './schema.js';

const PATIENCE_MS = 5_000;

/**
 * @param variable the one that holds the URL: it is named, the URL is not, for it may hold a password
 * @throws RadiantError `database_unreachable`
 */
export async function connectFirst(url: string, variable: string): Promise<Client> {
  const client = new Client({ connectionString: inSchema(url), connectionTimeoutMillis: PATIENCE_MS });
  // One that breaks later fails its query by itself.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (cause) {
    await client.end().catch(() => {});
    throw new RadiantError('database_unreachable', `${variable}: ${whyNot(cause, new URL(url))}.`, { cause });
  }
  return client;
}

const REFUSED = (login: string, database: string): Record<string, string> => ({
  '28P01': `the password of ${login} is wrong, or there is no such login: correct it, or let \`radiant migrate\` make the login`,
  '28000': `the server does not let ${login} in: correct the login, let \`radiant migrate\` make it, or allow it in pg_hba.conf; a server that insists on TLS wants ?sslmode=verify-full`,
  '3D000': `there is no database ${database}: correct the name, or make it (create database)`,
  '42501': `${login} may not connect to ${database}: grant connect on database ${database} to ${login}`,
  '53300': 'the server has no connection left: raise its max_connections, or stop what else uses it',
  '57P03': 'the server is starting up or shutting down: try again',
});

function whyNot(error: unknown, { hostname, port, username, pathname }: URL): string {
  const { code = '', message } = error as { code?: string; message: string };
  const login = decodeURIComponent(username);
  return (
    REFUSED(login, decodeURIComponent(pathname.slice(1)) || login)[code] ??
    networkFault(code, message, `${hostname}:${port || 5432}`) ??
    `PostgreSQL refused (${code || 'no code'}): see its log`
  );
}
