/** Administrators' settings for scaling: pins for one model, brakes for all. Each change has an audit row. */
import { InvalidInput } from '../../core/errors.js';
import type { Actor, Ledger, Session } from '../db/ledger.js';

export const BRAKES = ['scaleIn', 'scaleOut'] as const;
export type BrakeName = (typeof BRAKES)[number];

/** Reason and end; a null `until` means until it is removed. */
export interface PinRequest {
  reason: string;
  until: string | null;
}

/** Sets a pin; null removes it. @throws InvalidInput */
export async function pin(
  ledger: Ledger,
  actor: Actor,
  model: { uuid: string; id: string },
  request: (PinRequest & { desired: 'on' | 'off' }) | null,
): Promise<void> {
  await ledger.as(actor, async (session) => {
    if (request === null) return session.query('delete from thermal_pins where id = $1', [model.uuid]);
    await mustLast(session, request, 'until');
    return session.query(
      `insert into thermal_pins (id, name, desired, reason, until) values ($1, $2, $3, $4, $5)
       on conflict (id) do update set desired = excluded.desired, reason = excluded.reason, until = excluded.until`,
      [model.uuid, model.id, request.desired, request.reason, request.until],
    );
  });
}

/** Sets the brakes; null releases one. @throws InvalidInput */
export async function brake(
  ledger: Ledger,
  actor: Actor,
  requests: Record<BrakeName, PinRequest | null>,
): Promise<void> {
  await ledger.as(actor, async (session) => {
    for (const name of BRAKES) {
      const request = requests[name];
      if (request === null) {
        await session.query('delete from thermal_brakes where name = $1', [name]);
        continue;
      }
      await mustLast(session, request, `${name}.until`);
      await session.query(
        `insert into thermal_brakes (name, reason, until) values ($1, $2, $3)
         on conflict (name) do update set reason = excluded.reason, until = excluded.until`,
        [name, request.reason, request.until],
      );
    }
  });
}

/** @param path of the field, for the fault */
async function mustLast(session: Session, { until }: PinRequest, path: string): Promise<void> {
  const [row] = await session.query<{ over: boolean }>(
    'select $1::timestamptz <= ledger_now() as over where $1::timestamptz is not null',
    [until],
  );
  if (row?.over)
    throw new InvalidInput('`until` is in the past: use a future time, or leave it out.', [
      { path, message: 'must be in the future' },
    ]);
}

/** The brakes that are set now. */
export const brakesHeld = (
  session: Session,
): Promise<{ name: BrakeName; reason: string; until: Date | null }[]> =>
  session.query(
    `select name, reason, until from thermal_brakes where until is null or until > ledger_now() order by name`,
  );
