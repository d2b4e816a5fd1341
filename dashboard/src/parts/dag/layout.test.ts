import { expect, test } from 'vitest';
import { BOX, layout, type Link } from './layout';

const alphafold: Link[] = [
  { id: 'validate', dependsOn: [] },
  { id: 'msa', dependsOn: ['validate'] },
  { id: 'templates', dependsOn: ['validate'] },
  { id: 'structure', dependsOn: ['msa', 'templates'] },
  { id: 'relax', dependsOn: ['structure'] },
  { id: 'confidence', dependsOn: ['structure'] },
];
const overlaps = (tasks: readonly Link[], down = false) => {
  const boxes = [...layout(tasks, down).boxes.values()];
  return boxes.some((a, n) =>
    boxes.slice(n + 1).some((b) => Math.abs(a.x - b.x) < BOX.width && Math.abs(a.y - b.y) < BOX.height),
  );
};

test('each task is one layer after its last dependency, in the given order within a layer', () => {
  const { boxes, width, height } = layout(alphafold);
  expect([...boxes].map(([id, { layer }]) => [id, layer])).toEqual([
    ['validate', 0],
    ['msa', 1],
    ['templates', 1],
    ['structure', 2],
    ['relax', 3],
    ['confidence', 3],
  ]);
  expect(boxes.get('msa')?.y).toBeLessThan(boxes.get('templates')?.y as number);
  expect(boxes.get('validate')?.y).toBe(boxes.get('structure')?.y);
  expect([width, height]).toEqual([4 * BOX.width + 3 * 56, 2 * BOX.height + 18]);
});

test('the downward layout is the same graph, rotated', () => {
  const { boxes, width, height } = layout(alphafold, true);
  expect(boxes.get('msa')?.x).toBeLessThan(boxes.get('templates')?.x as number);
  expect(boxes.get('relax')?.y).toBeGreaterThan(boxes.get('structure')?.y as number);
  expect([width, height]).toEqual([2 * BOX.width + 18, 4 * BOX.height + 3 * 36]);
});

test('an edge that passes a layer has a free lane there', () => {
  const tasks = [
    { id: 'a', dependsOn: [] },
    { id: 'b', dependsOn: ['a'] },
    { id: 'c', dependsOn: ['a', 'b'] },
  ];
  const { boxes, edges } = layout(tasks);
  const long = edges.find(({ from, to }) => from === 'a' && to === 'c');
  const ys = (long?.path.match(/[\d.]+,[\d.]+/g) ?? []).map((point) => Number(point.split(',')[1]));
  const b = boxes.get('b') as { y: number };
  expect(ys.some((y) => y < b.y)).toBe(true);
  expect(edges).toHaveLength(3);
});

test('a cycle, a self-reference and a missing task neither hang nor blank the graph', () => {
  const tasks = [
    { id: 'a', dependsOn: ['b', 'gone'] },
    { id: 'b', dependsOn: ['a'] },
    { id: 'c', dependsOn: ['c'] },
  ];
  const { boxes, edges } = layout(tasks);
  expect(boxes.size).toBe(3);
  expect(edges.map(({ from, to, back }) => [from, to, back])).toEqual([
    ['b', 'a', true],
    ['a', 'b', false],
    ['c', 'c', true],
  ]);
});

test('an empty graph has an empty layout', () => {
  expect(layout([])).toMatchObject({ edges: [], width: 0, height: 0 });
});

test('a thousand tasks side by side make a block, without two at one place, in an instant', () => {
  const wide: Link[] = [
    { id: 'start', dependsOn: [] },
    ...Array.from({ length: 998 }, (_, n) => ({ id: `t${n}`, dependsOn: ['start'] })),
    { id: 'end', dependsOn: ['start', ...Array.from({ length: 998 }, (_, n) => `t${n}`)] },
  ];
  const began = performance.now();
  const { width, height, edges } = layout(wide);
  expect(performance.now() - began).toBeLessThan(2_000);
  expect(edges).toHaveLength(1_997);
  expect(Math.max(width / height, height / width)).toBeLessThan(3);
  expect(overlaps(wide)).toBe(false);
  expect(overlaps(wide, true)).toBe(false);
});

test('a chain of a thousand is no deeper than a thousand', () => {
  const chain = Array.from({ length: 1_000 }, (_, n) => ({
    id: `t${n}`,
    dependsOn: n > 0 ? [`t${n - 1}`] : [],
  }));
  expect(layout(chain).boxes.get('t999')?.layer).toBe(999);
});
