import { expect, test } from 'vitest';
import { readable } from './log.js';

const line = (more: object) =>
  JSON.stringify({
    level: 30,
    time: '2026-01-02T03:04:05.678Z',
    service: 'all',
    ...more,
    msg: 'task.settled',
  });
const clock = new Date('2026-01-02T03:04:05.678Z').toTimeString().slice(0, 8);

test.each([
  [line({}), `${clock} info  task.settled\n`],
  [
    line({
      id: 'e1',
      ms: 12,
      cause: null,
      ids: ['a', 'b'],
      at: 'run (src/a.ts:1:2)',
      empty: '',
      isLast: true,
    }),
    `${clock} info  task.settled id=e1 ms=12 cause=null ids=["a","b"] at="run (src/a.ts:1:2)" empty="" isLast=true\n`,
  ],
  [line({ level: 50, more: { a: 1 } }), `${clock} error task.settled more={"a":1}\n`],
  [line({ level: 35 }), `${clock} 35    task.settled\n`],
])('a terminal shows %s as text', (json, text) => {
  expect(readable(json, false)).toBe(text);
});

test('colours distinguish warnings from errors', () => {
  expect(readable(line({ level: 40 }), true)).toContain('\u001b[33mwarn  task.settled\u001b[39m');
  const error = readable(line({ level: 50, id: 1 }), true);
  expect(error).toContain('\u001b[31merror task.settled\u001b[39m');
  expect(error).toContain('\u001b[2mid=1\u001b[22m');
});
