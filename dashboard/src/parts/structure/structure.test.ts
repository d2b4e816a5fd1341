import { expect, test } from 'vitest';
import { bandOf, meaning, segmentsOf, sharesOf, stripPaths } from './confidence';
import { colours, errorAt, inSquare, marks, meanError, readPae } from './pae';
import { faceOn, residuesOf, type Quaternion } from './pdb';

test('a value on a threshold belongs to the band above it', () => {
  expect([90, 89.99, 70, 69.99, 50, 49.99].map((value) => bandOf(value).key)).toEqual([
    'very-high',
    'confident',
    'confident',
    'low',
    'low',
    'very-low',
  ]);
  expect(sharesOf([95, 75, 75, 10]).map(({ share }) => share)).toEqual([0.25, 0.5, 0, 0.25]);
});

test('neighbours of one band are one segment, and each band one path', () => {
  expect(segmentsOf([95, 91, 60, 92]).map(({ from, to, band, mean }) => [from, to, band.key, mean])).toEqual([
    [1, 2, 'very-high', 93],
    [3, 3, 'low', 60],
    [4, 4, 'very-high', 92],
  ]);
  expect(stripPaths([95, 40, 95]).map(({ path }) => path.split('M').length - 1)).toEqual([2, 0, 0, 1]);
});

test('an unreliable tail is named', () => {
  const plddt = [...Array.from({ length: 20 }, () => 92), ...Array.from({ length: 9 }, () => 40)];
  expect(meaning(plddt, 0.71).join(' ')).toContain('The last 9 residues are below 50');
  expect(meaning(plddt.toReversed(), null).join(' ')).toContain('The first 9 residues are below 50');
  expect(meaning([95, 95], 0.9)).toHaveLength(2);
});

test('errors are read by rows, in eighths of an ångström', () => {
  const pae = readPae(Uint8Array.from([0, 8, 80, 240]).buffer);
  expect([errorAt(pae, 1, 0), errorAt(pae, 0, 1)]).toEqual([1, 10]);
  expect(meanError(pae, { x: [0, 1], y: [0, 1] })).toBe((0 + 1 + 10 + 30) / 4);
  expect(() => readPae(new ArrayBuffer(5))).toThrow(RangeError);
  expect(inSquare({ x: [1, 3], y: [8, 9] }, 8)).toBe(true);
  expect(inSquare({ x: [1, 3], y: [8, 9] }, 5)).toBe(false);
});

test('the colours grow lighter to the end of the scale and stay there', () => {
  const bytes = new Uint8Array(colours().buffer);
  const light = Array.from(
    { length: 256 },
    (_, n) =>
      (bytes[n * 4] as number) * 0.3 +
      (bytes[n * 4 + 1] as number) * 0.59 +
      (bytes[n * 4 + 2] as number) * 0.11,
  );
  expect(light.every((value, n) => n === 0 || value >= (light[n - 1] as number))).toBe(true);
  expect(Array.from(bytes.slice(0, 4))).toEqual([0, 0x44, 0x1b, 255]);
  expect(Array.from(bytes.slice(240 * 4, 240 * 4 + 4))).toEqual([0xf7, 0xfc, 0xf5, 255]);
  expect(marks(55)).toEqual([10, 20, 30, 40, 50]);
});

test('residues come from the alpha carbons of the first model', () => {
  const atom = (name: string, chain: string, number: number) =>
    `ATOM  ${'1'.padStart(5)} ${` ${name}`.padEnd(4)} MET ${chain}${String(number).padStart(4)}    ${'1.500'.padStart(8)}${'-2.000'.padStart(8)}${'3.250'.padStart(8)}  1.00 66.92           C`;
  const pdb = [atom('N', 'A', 1), atom('CA', 'A', 1), atom('CA', 'B', 7), 'ENDMDL', atom('CA', 'A', 1)].join(
    '\n',
  );
  expect(residuesOf(pdb)).toEqual([
    { chain: 'A', number: 1, letter: 'M', plddt: 66.92, at: [1.5, -2, 3.25] },
    { chain: 'B', number: 7, letter: 'M', plddt: 66.92, at: [1.5, -2, 3.25] },
  ]);
});

test('the longest extent lies along x and the flat side faces the viewer, from any rotation', () => {
  const turn = ([x, y, z, w]: Quaternion, [a, b, c]: readonly number[]) => {
    const [p, q, r] = [a as number, b as number, c as number];
    const t = [2 * (y * r - z * q), 2 * (z * p - x * r), 2 * (x * q - y * p)] as const;
    return [
      p + w * t[0] + y * t[2] - z * t[1],
      q + w * t[1] + z * t[0] - x * t[2],
      r + w * t[2] + x * t[1] - y * t[0],
    ];
  };
  for (const [long, middle, flat] of [
    [0, 1, 2],
    [2, 0, 1],
    [1, 2, 0],
    [2, 1, 0],
    [0, 2, 1],
    [1, 0, 2],
  ] as const) {
    const points = [-1, 1].flatMap((i) =>
      [-1, 1].flatMap((j) =>
        [-1, 1].map((k) => {
          const point: [number, number, number] = [0, 0, 0];
          point[long] = 30 * i;
          point[middle] = 10 * j;
          point[flat] = k;
          return point;
        }),
      ),
    );
    const quaternion = faceOn(points);
    expect(Math.hypot(...quaternion)).toBeCloseTo(1, 6);
    for (const point of points) {
      const [x, y, z] = turn(quaternion, point).map(Math.abs);
      expect([x, y, z].map((value) => Math.round(value as number))).toEqual([30, 10, 1]);
    }
  }
});
