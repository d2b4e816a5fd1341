import { expect, it } from 'vitest';
import { takeEvents } from './stream.js';

const one = { id: undefined, event: 'message', data: 'x' };

it.each([
  ['nothing yet', 'data: x', [], 'data: x'],
  ['one event', 'data: x\n\n', [one], ''],
  ['all fields', 'id: 7\nevent: task\ndata: x\n\n', [{ id: '7', event: 'task', data: 'x' }], ''],
  ['two lines of data', 'data: a\ndata: b\n\n', [{ ...one, data: 'a\nb' }], ''],
  ['data with colons and no blank', 'data:{"a":1}\n\n', [{ ...one, data: '{"a":1}' }], ''],
  ['a comment', ': alive\n\n', [], ''],
  ['an event after a comment', ': alive\n\ndata: x\n\nda', [one], 'da'],
  ['Windows line breaks', 'data: x\r\n\r\n', [one], ''],
  ['old line breaks', 'data: x\r\rdata', [one], 'data'],
  ['half a line break', 'data: x\r\n\r', [], 'data: x\n\r'],
])('%s', (_, text, events, rest) => {
  expect(takeEvents(text)).toEqual({ events, rest });
});

it('gives the same events wherever the text is cut', () => {
  const whole = ': hello\r\n\r\nid: 1\r\ndata: a\r\ndata: b\r\n\r\nid: 2\r\ndata: c\r\n\r\n';
  for (let cut = 0; cut < whole.length; cut++) {
    const first = takeEvents(whole.slice(0, cut));
    const second = takeEvents(first.rest + whole.slice(cut));
    expect([...first.events, ...second.events].map(({ id, data }) => [id, data])).toEqual([
      ['1', 'a\nb'],
      ['2', 'c'],
    ]);
  }
});
