/** Opens the first connection to the configured PostgreSQL, or says what prevents it and what to do. */
import { Client } from 'pg';
import { RadiantError } from '../../core/errors.js';
import { networkFault } from '../../core/connection-errors.js';
import { inSchema } from './schema.js';

const PATIENCE_MS = 5_000;

/**
 * @param variable the environment variable of the URL. Errors name it, not the URL, which may hold a password
 * @throws RadiantError `database_unreachable`
 */
export async function connectFirst(url: string, variable: string): Promise<Client> {
  const client = new Client({ connectionString: inSchema(url), connectionTimeoutMillis: PATIENCE_MS });
  // If the connection breaks later, its query fails by itself.
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
  '28P01': `the password of ${login} is wrong, or there is no such login: correct it, or let \`radiant migrate\` create the login`,
  '28000': `the server refuses the login ${login}: correct it, let \`radiant migrate\` create it, or allow it in pg_hba.conf; if the server requires TLS, use ?sslmode=verify-full`,
  '3D000': `there is no database ${database}: correct the name, or create it (create database)`,
  '42501': `${login} may not connect to ${database}: grant connect on database ${database} to ${login}`,
  '53300': 'the server has no connection left: raise its max_connections, or stop other clients',
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
