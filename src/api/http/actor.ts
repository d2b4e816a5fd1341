/** The author of a change, as the audit log stores it. */
import type { Request } from 'express';
import type { Caller } from '../../store/people/identity.js';
import { SYSTEM, type Actor } from '../../store/db/ledger.js';

/** Where a request came from, before the caller is identified. */
export const whereFrom = (req: Request, requestId: string): Actor => ({
  ...SYSTEM,
  requestId,
  ...(req.ip !== undefined && { ipAddress: req.ip }),
  userAgent: (req.get('user-agent') ?? '').slice(0, 500),
});

export const actorOf = ({ administratorId, userId }: Caller, from: Actor): Actor => ({
  ...from,
  ...(administratorId === null ? { type: 'user', id: userId } : { type: 'admin', id: administratorId }),
});
