import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addUsd } from './money.js';
import {
  assignCharge,
  allocateCost,
  type BilledSession,
  type Candidate,
  type Span,
} from './cost-allocation.js';
import { Decimal } from '../json/decimal.js';

const span = (fromMs: number, toMs: number, instances = 1, hourlyRate = '3600'): Span => ({
  fromMs,
  toMs,
  instances,
  hourlyRate,
});
const use = (executionId: string, fromMs: number, toMs: number) => ({ executionId, fromMs, toMs });
const session = (facts: Partial<BilledSession>): BilledSession => ({
  fromMs: 0,
  toMs: 100,
  readyMs: 20,
  spans: [span(0, 100)],
  uses: [],
  waited: [],
  causes: [],
  ...facts,
});
/** Each share as `who kind USD`. */
const shares = (costUsd: string, facts: Partial<BilledSession>) =>
  allocateCost(costUsd, session(facts)).map(
    ({ executionId, kind, amountUsd }) => `${executionId} ${kind} ${Number(amountUsd)}`,
  );

describe('the cost of a session', () => {
  test('is split: warm-up equally among waiting executions, work and idle time by use', () => {
    expect(
      shares('100', { waited: ['b', 'a'], uses: [use('a', 20, 50), use('b', 20, 30), use('c', 60, 70)] }),
    ).toEqual([
      'a warm_up 10',
      'b warm_up 10',
      'a work 24',
      'b work 8',
      'c work 8',
      'a idle 24',
      'b idle 8',
      'c idle 8',
    ]);
  });

  test('a warm-up without waiting executions is split by use, and ends with the first use at the latest', () => {
    const uses = [use('a', 30, 40), use('a', 50, 60), use('b', 90, 100)];
    expect(shares('100', { uses, readyMs: null })).toEqual([
      'a warm_up 20',
      'b warm_up 10',
      'a work 20',
      'b work 10',
      'a idle 26.666666667',
      'b idle 13.333333333',
    ]);
  });

  test('a session that was ready before it began (the day before) has no warm-up', () => {
    expect(shares('10', { readyMs: -5, uses: [use('a', -50, 50)] })).toEqual(['a work 5', 'a idle 5']);
  });

  test('more instances weigh more', () => {
    const spans = [span(0, 50), span(50, 100, 3)];
    expect(shares('200', { readyMs: 0, spans, uses: [use('a', 50, 100)] })).toEqual([
      'a work 150',
      'a idle 50',
    ]);
  });

  test('free instances are weighed by their time', () => {
    const uses = [use('a', 20, 60)];
    expect(shares('1', { spans: [span(0, 100, 2, '0')], uses })).toEqual([
      'a warm_up 0.2',
      'a work 0.4',
      'a idle 0.4',
    ]);
    expect(shares('0', { uses })).toEqual(['a work 0']);
  });

  test('unused, it goes to waiting executions, else to its causes, else to none', () => {
    const causes = [
      { executionId: 'x', weight: 1 },
      { executionId: 'y', weight: 3 },
    ];
    expect(shares('100', { waited: ['w'], causes })).toEqual(['w warm_up 20', 'w idle 80']);
    expect(shares('100', { causes })).toEqual(['x warm_up 5', 'y warm_up 15', 'x idle 20', 'y idle 60']);
    expect(shares('100', {})).toEqual(['null warm_up 20', 'null idle 80']);
  });

  test('uses outside of it do not count, and a session without duration is all idle', () => {
    expect(shares('1', { uses: [use('a', 200, 300)] })).toEqual(['null warm_up 0.2', 'null idle 0.8']);
    expect(shares('1', { toMs: 0, spans: [], uses: [use('a', 0, 0)] })).toEqual(['a work 0', 'a idle 1']);
  });
});

const time = fc.integer({ min: -50, max: 150 });
const who = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const period = fc.tuple(time, time).map(([a, b]) => ({ fromMs: Math.min(a, b), toMs: Math.max(a, b) }));
const amount = fc
  .bigInt({ min: 0n, max: 10n ** 15n })
  .map((nanos) => new Decimal(String(nanos)).div(1e9).toFixed(9));
const anySession: fc.Arbitrary<BilledSession> = fc.record({
  fromMs: fc.constant(0),
  toMs: fc.integer({ min: 0, max: 100 }),
  readyMs: fc.option(time),
  spans: fc.array(
    fc.record({
      fromMs: fc.constant(0),
      toMs: fc.integer({ min: 0, max: 100 }),
      instances: fc.integer({ min: 1, max: 9 }),
      hourlyRate: fc.constantFrom('0', '1.408', '14.28'),
    }),
    { maxLength: 3 },
  ),
  uses: fc.array(fc.tuple(who, period).map(([executionId, times]) => ({ executionId, ...times }))),
  waited: fc.uniqueArray(who),
  causes: fc.array(fc.record({ executionId: who, weight: fc.integer({ min: 0, max: 1e9 }) })),
});

test('in any case the shares add up to the nano-USD, none is negative, and order does not matter', () => {
  fc.assert(
    fc.property(amount, anySession, fc.func(fc.integer()), (costUsd, facts, rank) => {
      const shared = allocateCost(costUsd, facts);
      expect(addUsd(...shared.map(({ amountUsd }) => amountUsd))).toBe(addUsd(costUsd));
      expect(shared.every(({ amountUsd }) => Number(amountUsd) >= 0)).toBe(true);
      const keys = shared.map(({ executionId, kind }) => `${executionId} ${kind}`);
      expect(new Set(keys).size).toBe(keys.length);
      const shuffled = <T>(list: readonly T[]): T[] => [...list].sort((a, b) => rank(a) - rank(b));
      const { spans, uses, waited, causes } = facts;
      expect(
        allocateCost(costUsd, {
          ...facts,
          spans: shuffled(spans),
          uses: shuffled(uses),
          waited: shuffled(waited),
          causes: shuffled(causes),
        }),
      ).toEqual(shared);
    }),
  );
});

describe('a charge is assigned to', () => {
  const on = (sessionId: string, fromMs: number, toMs: number | null, instances = 1): Candidate => ({
    sessionId,
    fromMs,
    toMs,
    spans: [span(fromMs, toMs ?? 1e9, instances)],
  });
  const charge = { fromMs: 0, toMs: 100, costUsd: '1' };
  const parts = (...sessions: Candidate[]) => {
    const found = assignCharge(charge, sessions);
    return found === 'wait' ? found : found.map((part) => `${part.sessionId} ${Number(part.amountUsd)}`);
  };

  test('the sessions of its time, by their instances in it', () => {
    expect(parts(on('b', 60, 70, 3), on('a', -10, 10), on('c', 500, 600))).toEqual(['a 0.25', 'b 0.75']);
    expect(parts(on('a', -1e9, 1e9))).toEqual(['a 1']);
  });

  test('none yet, while one of them has not ended', () => {
    expect(parts(on('a', 0, 50), on('b', 90, null))).toBe('wait');
    expect(parts(on('a', 0, 50), on('b', 100, null))).toEqual(['a 1']);
  });

  test('the nearest one otherwise, before or after', () => {
    expect(parts(on('a', -500, -400), on('b', 300, 400))).toEqual(['b 1']);
    expect(parts(on('a', -500, -50), on('b', 300, 400))).toEqual(['a 1']);
    expect(parts(on('a', 300, 400), on('b', -300, -200))).toEqual(['a 1']);
    expect(parts(on('b', 300, null))).toBe('wait');
  });

  test('no session at all, when none is near', () => {
    expect(parts()).toEqual([]);
    expect(parts(on('a', -2e6, -1e6))).toEqual([]);
  });

  test('sessions whose parts add up', () => {
    const some = fc
      .tuple(fc.uuid(), period, fc.integer({ min: 1, max: 9 }))
      .map(([sessionId, { fromMs, toMs }, instances]) => on(sessionId, fromMs, toMs, instances));
    fc.assert(
      fc.property(amount, fc.array(some), (costUsd, sessions) => {
        const found = assignCharge({ ...charge, costUsd }, sessions);
        if (found === 'wait') throw new Error('None is on.');
        const sum = addUsd(...found.map(({ amountUsd }) => amountUsd));
        expect(sum).toBe(found.length > 0 ? addUsd(costUsd) : addUsd());
      }),
    );
  });
});
