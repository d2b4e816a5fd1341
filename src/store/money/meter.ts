/** The meter records how many instances of an endpoint bill from now on. Metered costs are computed only from it. */
import type { Session } from '../db/ledger.js';

export interface Reading {
  modelUuid: string;
  /** The endpoint's name at the provider. */
  endpoint: string;
  /** Null if the provider has no instance types; such an endpoint has no charges in the provider's bill. */
  instanceType: string | null;
  /** Instances that bill now; 0 ends the session. */
  instances: number;
  /** USD per instance. */
  hourlyRate: string;
}

/** To be called at every reconciliation. An unchanged reading writes nothing. */
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
