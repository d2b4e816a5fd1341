/** What administrators say about heat: pins for one model, brakes for all. Each change has its row in the audit. */
import { InvalidInput } from '../../core/errors.js';
import type { Actor, Ledger, Session } from '../db/ledger.js';

export const BRAKES = ['scaleIn', 'scaleOut'] as const;
export type BrakeName = (typeof BRAKES)[number];

/** Why, and until when: null is until it is taken back. */
export interface PinRequest {
  reason: string;
  until: string | null;
}

/** Null takes the pin back. @throws InvalidInput */
export async function pin(
  ledger: Ledger,
  actor: Actor,
  model: { uuid: string; id: string },
  wish: (PinRequest & { desired: 'on' | 'off' }) | null,
): Promise<void> {
  await ledger.as(actor, async (session) => {
    if (wish === null) return session.query('delete from thermal_pins where id = $1', [model.uuid]);
    await mustLast(session, wish, 'until');
    return session.query(
      `insert into thermal_pins (id, name, desired, reason, until) values ($1, $2, $3, $4, $5)
       on conflict (id) do update set desired = excluded.desired, reason = excluded.reason, until = excluded.until`,
      [model.uuid, model.id, wish.desired, wish.reason, wish.until],
    );
  });
}

/** Null lets go. @throws InvalidInput */
export async function brake(
  ledger: Ledger,
  actor: Actor,
  wishes: Record<BrakeName, PinRequest | null>,
): Promise<void> {
  await ledger.as(actor, async (session) => {
    for (const name of BRAKES) {
      const wish = wishes[name];
      if (wish === null) {
        await session.query('delete from thermal_brakes where name = $1', [name]);
        continue;
      }
      await mustLast(session, wish, `${name}.until`);
      await session.query(
        `insert into thermal_brakes (name, reason, until) values ($1, $2, $3)
         on conflict (name) do update set reason = excluded.reason, until = excluded.until`,
        [name, wish.reason, wish.until],
      );
    }
  });
}

/** @param path where it was said */
async function mustLast(session: Session, { until }: PinRequest, path: string): Promise<void> {
  const [row] = await session.query<{ over: boolean }>(
    'select $1::timestamptz <= ledger_now() as over where $1::timestamptz is not null',
    [until],
  );
  if (row?.over)
    throw new InvalidInput('`until` is over already: name a time to come, or leave it out.', [
      { path, message: 'must be in the future' },
    ]);
}

/** Those that hold now. */
export const brakesHeld = (
  session: Session,
): Promise<{ name: BrakeName; reason: string; until: Date | null }[]> =>
  session.query(
    `select name, reason, until from thermal_brakes where until is null or until > ledger_now() order by name`,
  );
