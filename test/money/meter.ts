/** What a reconciliation records of the instances that bill, without a thermal service. */
import type { Session } from '../../src/store/db/ledger.js';
import type { HeatTransition } from '../../src/store/thermal/record-heat.js';

type Reading = HeatTransition['meter'] & { modelUuid: string; instances: number; hourlyRate: string };

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
