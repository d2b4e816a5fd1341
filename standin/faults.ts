/** Injected faults: a caller requests one, and the next matching operations fail. */
import { z } from 'zod';

const kinds = [
  'throttle',
  'error',
  'reset',
  'hang',
  'truncate',
  'capacity',
  'modelError',
  'streamBroken',
] as const;

type FaultKind = (typeof kinds)[number];

export const faultOrder = z.strictObject({
  kind: z.enum(kinds),
  /** The number of operations that it affects. */
  times: z.int().min(1).default(1),
  /** Only this operation, such as InvokeEndpoint or PutObject. */
  operation: z.string().optional(),
  /** Only operations on this endpoint. */
  endpointName: z.string().optional(),
  /** HTTP status of an `error` (500, 503, 530), or the container's own status of a `modelError`. */
  status: z.int().min(400).max(599).optional(),
  /** A `reset` or `hang` happens after the work is done (the answer is lost), or before (nothing happened). */
  when: z.enum(['before', 'after']).default('after'),
});

export type Fault = z.infer<typeof faultOrder>;

export interface Faults {
  order(fault: Fault): void;
  /** Uses up and returns the oldest fault of these kinds that matches, if any. */
  take(wanted: readonly FaultKind[], operation: string, endpointName: string | undefined): Fault | undefined;
  list(): Fault[];
  clear(): void;
}

export function keepFaults(): Faults {
  let faults: Fault[] = [];
  return {
    order: (fault) => void faults.push({ ...fault }),
    take(wanted, operation, endpointName) {
      const fault = faults.find(
        (candidate) =>
          wanted.includes(candidate.kind) &&
          (candidate.operation ?? operation) === operation &&
          (candidate.endpointName ?? endpointName) === endpointName,
      );
      if (!fault) return undefined;
      fault.times -= 1;
      if (fault.times === 0) faults = faults.filter((other) => other !== fault);
      return fault;
    },
    list: () => faults,
    clear: () => {
      faults = [];
    },
  };
}
