import { expect, test } from 'vitest';
import { parseViews, withView } from './views';

test('saved views are read again, and anything else is left out', () => {
  const view = { name: 'Failed today', href: '/executions?status=failed' };
  expect(
    parseViews(
      JSON.stringify([
        view,
        { name: 1 },
        null,
        { name: 'x', href: '//evil' },
        { name: 'y', href: 'javascript:1' },
      ]),
    ),
  ).toEqual([view]);
  expect(parseViews('{')).toEqual([]);
  expect(parseViews('{}')).toEqual([]);
  expect(parseViews(null)).toEqual([]);
});

test('a new view replaces one of the same name', () => {
  const views = [{ name: 'b', href: '/a' }];
  expect(withView(withView(views, { name: 'a', href: '/b' }), { name: 'b', href: '/c' })).toEqual([
    { name: 'a', href: '/b' },
    { name: 'b', href: '/c' },
  ]);
});
