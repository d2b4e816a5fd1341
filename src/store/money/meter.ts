/** The meter: how many instances bill at an endpoint from now on. What adds up later is only what was metered here. */
import type { Session } from '../db/ledger.js';

export interface Reading {
  modelUuid: string;
  /** Its name at the provider. */
  endpoint: string;
  /** Null where the provider knows no such thing; such an endpoint is not looked for in the provider's bill. */
  instanceType: string | null;
  /** That bill now; 0 ends the session. */
  instances: number;
  /** USD for one instance. */
  hourlyRate: string;
}

/** To be said at every look: what changes nothing leaves no trace. */
export async function meter(session: Session, reading: Reading): Promise<void> {
  const { modelUuid, endpoint, instanceType, instances, hourlyRate } = reading;
  await session.query('select meter_instances($1, $2, $3, $4, $5)', [
    modelUuid,
    endpoint,
    instanceType,
    instances,
    hourlyRate,
  ]);
}
