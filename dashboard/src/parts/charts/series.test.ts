import { expect, test } from 'vitest';
import { distinctTicks, indexAt, lastedBy, sayPoints, stepPath, type Span } from './series';

test('a value holds until the next', () => {
  expect(stepPath(1_000, 2, [3, 5])).toEqual([
    { at: 1_000, value: 3 },
    { at: 3_000, value: 3 },
    { at: 3_000, value: 5 },
    { at: 5_000, value: 5 },
  ]);
  expect(stepPath(0, 1, [])).toEqual([]);
});

test('the pointer finds the point under it, and the nearest outside', () => {
  expect([-1, 0, 1_999, 2_000, 99_000].map((at) => indexAt(0, 2, 3, at))).toEqual([0, 0, 0, 1, 2]);
});

test('a series in words', () => {
  expect(sayPoints('Queued', [1, 12, 3])).toBe('Queued: now 3, at most 12.');
  expect(sayPoints('Queued', [])).toBe('Queued: nothing.');
});

test('heats are added up within the period, longest first', () => {
  const at = (hour: number) => new Date(Date.UTC(2026, 0, 1, hour)).toISOString();
  const spans: Span[] = [
    { heat: 'OFF', from: at(0), to: at(2) },
    { heat: 'HOT', from: at(2), to: at(9) },
    { heat: 'OFF', from: at(9), to: at(10) },
    { heat: 'WARM', from: at(20), to: at(22) },
  ];
  expect(lastedBy(spans, Date.parse(at(1)), Date.parse(at(12)))).toEqual([
    ['HOT', 7 * 3_600_000],
    ['OFF', 2 * 3_600_000],
  ]);
});

test.each([
  [
    [0, 0.005, 0.01],
    [0, 0.01],
  ],
  [
    [0, 1, 2],
    [0, 1, 2],
  ],
  [[], []],
])('of the ticks %j each shown amount stands once', (ticks, kept) =>
  expect(distinctTicks(ticks, (value) => value.toFixed(2))).toEqual(kept),
);
