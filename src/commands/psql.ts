/** `radiant psql`: a look into the ledger, by PostgreSQL's own terminal. */
import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { environmentWith, readConfig } from '../config.js';
import { ledgerUrl } from '../local-servers.js';

interface Asked {
  url?: boolean;
  write?: boolean;
}

export function addPsqlCommand(program: Command, say: (line: string) => void): void {
  program
    .command('psql')
    .description('look into the database: of DATABASE_URL, else of the data directory while Radiant runs')
    .option('--write', 'let statements change rows; without it they can only read')
    .option('--url', 'print the URL, password included, for another client')
    .argument('[arguments...]', 'what psql itself is to be given, after --')
    .action(async (args: string[], { url, write = false }: Asked) => {
      const ledger = ledgerUrl(readConfig({ production: false }));
      if (url) return say(ledger);
      try {
        process.exitCode = await psql(ledger, args, write);
      } catch (error) {
        if ((error as { code?: string }).code !== 'ENOENT') throw error;
        say(
          `psql is not on the PATH. Install PostgreSQL's client, or open this URL with another one:\n${ledger}`,
        );
        process.exitCode = 1;
      }
    });
}

/** Answers its exit code. The password travels in the environment: a command line is there for every user to read. */
function psql(ledger: string, args: string[], write: boolean): Promise<number> {
  const url = new URL(ledger);
  const options = [
    url.searchParams.get('options') ?? '',
    '-c search_path=radiant,pg_temp',
    `-c default_transaction_read_only=${write ? 'off' : 'on'}`,
  ];
  const password = decodeURIComponent(url.password);
  url.password = '';
  url.searchParams.delete('options');
  const child = spawn('psql', [url.href, ...args], {
    stdio: 'inherit',
    env: environmentWith({
      PGOPTIONS: options.join(' ').trim(),
      PGAPPNAME: 'radiant psql',
      ...(password && { PGPASSWORD: password }),
    }),
  });
  process.on('SIGINT', () => {}); // to psql it says: leave this statement
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
