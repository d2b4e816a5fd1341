/** The replay against an independent one that knows no events: second by second, counting places by looking at each second. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { simulate, type Simulated } from './simulate.js';

const START = Date.UTC(2026, 0, 1);

interface Task {
  at: number;
  seconds: number;
  lead: number;
}

interface Case {
  tasks: Task[];
  warmup: number;
  release: number;
  limit: number;
  most: number;
  per: number;
  ahead: boolean;
}

/** Billed instance-seconds and each task's wait. */
function replay({ tasks, warmup, release, limit, most, per, ahead }: Case): {
  billed: number;
  waits: number[];
} {
  let [serving, wanted, billing, billed] = [0, 0, 0, 0];
  let change = null as { at: number; serving: number } | null;
  let idleSince: number | null = null;
  let surplusSince: number | null = null;
  let lastEnd = 0;
  const waiting: number[] = [];
  const running: number[] = [];
  const waits = tasks.map(() => -1);
  for (let now = 0; ; now += 1) {
    if (change?.at === now) [serving, billing, change] = [change.serving, change.serving, null];
    for (let at = running.length - 1; at >= 0; at -= 1)
      if (running[at] === now) {
        running.splice(at, 1);
        lastEnd = now;
      }
    tasks.forEach((task, index) => task.at === now && waiting.push(index));
    while (waiting.length > 0 && running.length < Math.min(serving, wanted) * per) {
      const index = waiting.shift() as number;
      waits[index] = now - (tasks[index] as Task).at;
      running.push(now + (tasks[index] as Task).seconds);
    }
    const over = waits.every((wait) => wait >= 0) && running.length === 0 && now >= 2000;
    if (over) return { billed, waits };
    const due = tasks.filter(
      ({ at, lead }) => ahead && at > now && at - lead <= now && at - now <= warmup + 1,
    );
    let places = waiting.length + running.length;
    for (let second = now; second <= now + warmup + 1; second += 1) {
      const busy = ahead ? running.filter((end) => end > second).length : running.length;
      const come = due.filter(({ at, seconds }) => at <= second && second < at + seconds).length;
      places = Math.max(places, waiting.length + busy + come);
    }
    if (due.length > 0) places = Math.max(places, 1);
    const needed = Math.min(most, Math.ceil(places / per));
    const idle = waiting.length + running.length === 0;
    idleSince = serving > 0 && idle ? Math.max(idleSince ?? now, lastEnd) : null;
    surplusSince = needed < wanted ? (surplusSince ?? now) : null;
    if (change === null) {
      let next = wanted;
      if (needed > wanted) next = needed;
      else if (idleSince !== null && due.length === 0 && now - idleSince >= limit) next = 0;
      else if (serving > 0 && running.length === 0 && surplusSince !== null && now - surplusSince >= limit)
        next = Math.max(1, needed);
      if (next !== wanted) {
        billing = Math.max(serving, next);
        change = { at: now + (next > serving ? warmup : release), serving: next };
        wanted = next;
      }
    }
    billed += billing;
  }
}

const small = (most: number, least = 0) => fc.integer({ min: least, max: most });
const cases: fc.Arbitrary<Case> = fc.record({
  tasks: fc.array(fc.record({ at: small(600, 1), seconds: small(60, 1), lead: small(200) }), {
    minLength: 1,
    maxLength: 12,
  }),
  warmup: small(40, 1),
  release: small(5, 1),
  limit: small(60, 1),
  most: small(4, 1),
  per: small(3, 1),
  ahead: fc.boolean(),
});

test('every small trace costs and waits as it does second by second, with several instances and look-ahead', () => {
  fc.assert(
    fc.property(cases, (drawn) => {
      const tasks = drawn.tasks.toSorted((a, b) => a.at - b.at);
      const thermal = {
        defaultState: 'OFF' as const,
        scaleToZeroAfterMinutes: drawn.limit / 60,
        minInstances: 0,
        maxInstances: drawn.most,
      };
      const model: Simulated = {
        thermal,
        deployment: { maxConcurrentInvocationsPerInstance: drawn.per },
        pricing: { hourlyRate: '3600' },
        warmupSeconds: drawn.warmup,
        releaseSeconds: drawn.release,
        intervalSeconds: 1,
      };
      const outcome = simulate(
        model,
        { name: 'p', thermal, forecast: drawn.ahead ? 'executions' : 'none' },
        {
          from: new Date(START),
          to: new Date(START + 2_000_000),
          arrivals: tasks.map(({ at, seconds, lead }) => ({
            at: new Date(START + at * 1000),
            seconds,
            leadSeconds: lead,
          })),
        },
      );
      const { billed, waits } = replay({ ...drawn, tasks });
      expect(outcome.waitSeconds.most).toBe(Math.max(...waits));
      expect(outcome.instanceSeconds).toBe(billed);
    }),
    { numRuns: 300 },
  );
});
