/** Settles the bill each minute: imports the provider's charges, and allocates ended sessions to their executions. */
import type { Infrastructure } from '../infrastructure.js';
import { awsEndpointUrl } from '../config.js';
import { openCharges } from '../endpoints/billing/charges.js';
import { startLoop } from '../loop.js';
import {
  assignCharges,
  closeEarlier,
  endpointsBilled,
  importAccount,
  importedMarks,
} from '../store/money/provider-charges.js';
import { ledgerNow } from '../store/db/clock.js';
import { settleSessions } from '../store/money/settle-sessions.js';

const EVERY_MS = 60_000;

export type BillParts = Pick<Infrastructure, 'config' | 'log' | 'ledger' | 'models' | 'endpoints'>;

export const startBills = (parts: BillParts): { stop(): Promise<void> } =>
  startLoop(
    () => settleBills(parts),
    EVERY_MS,
    (error) => parts.log.error('bill.failed', error),
  );

/** An unreadable bill does not prevent settling what was metered. */
export async function settleBills(parts: BillParts): Promise<void> {
  const { config, log, ledger } = parts;
  const source = config.billSource === 'none' ? null : config.billSource;
  await importCharges(parts).catch((error: unknown) => log.error('bill.not_read', error, { source }));
  await assignCharges(ledger);
  const sessions = await settleSessions(ledger, source);
  if (sessions > 0) log.info('bill.settled', { sessions });
}

async function importCharges({ config, ledger, models, endpoints }: BillParts): Promise<void> {
  const charges = openCharges({
    source: config.billSource,
    standInUrl: config.standInUrl,
    endpointUrl: awsEndpointUrl(),
    region: config.region,
  });
  if (charges === null) return;
  const now = await ledgerNow(ledger);
  const known = await endpointsBilled(ledger);
  for (const model of await models.list({ includeDisabled: true }))
    known.push({ endpoint: endpoints.endpointNameOf(model), modelUuid: model.uuid });
  // The provider ignores the case of names.
  const spelled = new Map(known.map(({ endpoint }) => [endpoint.toLowerCase(), endpoint]));
  const modelUuids = new Map(known.map(({ endpoint, modelUuid }) => [endpoint, modelUuid]));
  const ours = (name: string) =>
    spelled.get(name.toLowerCase()) ?? (name.startsWith(`radiant-${config.environment}-`) ? name : null);
  const marks = await importedMarks(ledger);
  for await (const { live, ...account } of charges({ marks, now, ours })) {
    await importAccount(ledger, account, (endpoint) => modelUuids.get(endpoint) ?? null);
    if (live) await closeEarlier(ledger, config.billSource, account.source);
  }
}
