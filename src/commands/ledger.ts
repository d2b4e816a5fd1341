/** Commands that need only the ledger. */
import type { Command } from 'commander';
import { readConfig, type Config } from '../config.js';
import { RadiantError } from '../core/errors.js';
import { billTable } from '../core/money/reconciliation-table.js';
import { reconcile } from '../store/money/cost-report.js';
import { loadCatalogue } from '../store/models/seed-catalogue.js';
import { checkDatabase } from '../store/db/migrate.js';
import { openLedger, type Ledger } from '../store/db/ledger.js';
import { simulateModel, type SimulateOptions } from './simulate.js';

/** @throws RadiantError `bad_command`, and the errors of `checkDatabase` */
async function withLedger<T>(work: (ledger: Ledger, config: Config) => Promise<T>): Promise<T> {
  const config = readConfig({ production: false });
  if (config.databaseUrl === undefined) throw new RadiantError('bad_command', 'Set DATABASE_URL.');
  await checkDatabase(config.databaseUrl);
  const ledger = openLedger(config.databaseUrl, { max: 1 });
  try {
    return await work(ledger, config);
  } finally {
    await ledger.stop();
  }
}

export function addLedgerCommands(program: Command, say: (line: string) => void): void {
  program
    .command('catalogue')
    .description('the models that come with Radiant, and a workflow for each')
    .command('load')
    .description('register them in DATABASE_URL; changes by administrators are kept')
    .action(async () => {
      const { added, corrected, workflows } = await withLedger(loadCatalogue);
      const lines = [
        ...added.map((id) => `added ${id}`),
        ...corrected.map((id) => `corrected ${id}`),
        ...workflows.map((id) => `added workflow ${id}`),
      ];
      say(lines.length === 0 ? 'Nothing to do.' : lines.join('\n'));
    });
  program
    .command('bill')
    .description('the cost of the instances')
    .command('reconcile')
    .description("compare metered and allocated costs with the provider's charges, in DATABASE_URL")
    .option('--from <time>', 'start of the period (ISO 8601)', '1970-01-01T00:00:00Z')
    .option('--to <time>', 'end of the period, exclusive', '9999-12-31T00:00:00Z')
    .action(async (options: { from: string; to: string }) => {
      const [from, to] = [new Date(options.from), new Date(options.to)];
      if ([from, to].some((time) => Number.isNaN(time.getTime())))
        throw new RadiantError('bad_command', 'Give --from and --to as ISO 8601 times.');
      say(billTable(await withLedger((ledger) => reconcile(ledger, { from, to }))));
    });
  program
    .command('thermal')
    .description('keeping models warm')
    .command('simulate')
    .description('simulate the cost and the waits under other settings, from the history in DATABASE_URL')
    .requiredOption('--model <id>', 'the model')
    .option('--from <time>', 'start of the period (ISO 8601)')
    .option('--to <time>', 'end of the period, exclusive')
    .option('--csv <file>', 'use these arrivals instead of the recorded ones: at[, seconds[, lead]]')
    .option('--target <length>', 'the p95 wait to stay within', '60s')
    .option('--json', 'print JSON')
    .action(async (asked: SimulateOptions) =>
      say(await withLedger((ledger, { thermalTickMs }) => simulateModel(ledger, thermalTickMs, asked))),
    );
}
