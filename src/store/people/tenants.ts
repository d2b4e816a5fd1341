/** Manages tenants. */
import { Conflict, NotFound } from '../../core/errors.js';
import { cursorOf, newestOf, valuesOf, type Listed, type Newest } from '../db/keyset.js';
import type { Caller } from './identity.js';
import type { Actor, Ledger, Session } from '../db/ledger.js';

export interface TenantRow {
  id: string;
  name: string;
  tier: number;
  commercial: boolean;
  /** A tenant of weight 2 gets twice as much of a busy model as one of weight 1. */
  weight: number;
  enabled: boolean;
  budgetUsd: string | null;
  webhookSecret: string | null;
  createdAt: Date;
}

const COLUMNS = `id, name, tier, commercial, weight, enabled, budget_usd, webhook_secret, created_at, ${cursorOf('t')}`;

export const listTenants = (session: Session, page: Newest): Promise<Listed<TenantRow>[]> =>
  session.query<Listed<TenantRow>>(
    `select ${COLUMNS} from tenants t where true ${newestOf('t', 1)}`,
    valuesOf(page),
  );

/** @throws Conflict `name_taken` */
export async function makeTenant(
  ledger: Ledger,
  {
    name,
    tier,
    commercial,
    weight,
    webhookSecret,
  }: Pick<TenantRow, 'name' | 'tier' | 'commercial' | 'weight' | 'webhookSecret'>,
  actor: Actor,
): Promise<Listed<TenantRow>> {
  return ledger.as(actor, async (session) => {
    const [made] = await session.query<Listed<TenantRow>>(
      `insert into tenants as t (name, tier, commercial, weight, webhook_secret) values ($1, $2, $3, $4, $5) on conflict (name) do nothing returning ${COLUMNS}`,
      [name, tier, commercial, weight, webhookSecret],
    );
    if (!made) throw taken(name);
    return made;
  });
}

/** @throws NotFound, Conflict `name_taken`, or `own_account` for a change that would lock the caller out */
export async function changeTenant(
  ledger: Ledger,
  caller: Caller,
  id: string,
  wanted: {
    [K in 'name' | 'tier' | 'commercial' | 'weight' | 'webhookSecret' | 'enabled']?: TenantRow[K] | undefined;
  },
  actor: Actor,
): Promise<Listed<TenantRow>> {
  if (id === caller.tenantId && wanted.enabled === false) {
    throw new Conflict('own_account', 'Ask an administrator of another tenant to disable your own.');
  }
  return ledger.as(actor, async (session) => {
    const [other] = await session.query('select from tenants where name = $1 and id <> $2', [
      wanted.name ?? null,
      id,
    ]);
    if (other) throw taken(wanted.name ?? '');
    const [row] = await session.query<Listed<TenantRow>>(
      `update tenants t set name = coalesce($2, name), tier = coalesce($3, tier), commercial = coalesce($4, commercial),
         enabled = coalesce($5, enabled), weight = coalesce($8, weight),
         webhook_secret = case when $6 then $7 else webhook_secret end, updated_at = ledger_now()
       where id = $1 returning ${COLUMNS}`,
      [
        id,
        wanted.name ?? null,
        wanted.tier ?? null,
        wanted.commercial ?? null,
        wanted.enabled ?? null,
        wanted.webhookSecret !== undefined,
        wanted.webhookSecret ?? null,
        wanted.weight ?? null,
      ],
    );
    if (!row) throw new NotFound('tenant', id);
    return row;
  });
}

const taken = (name: string) =>
  new Conflict('name_taken', `A tenant named ${name} exists already: choose another name.`);
