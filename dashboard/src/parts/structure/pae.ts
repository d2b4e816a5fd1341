/** The predicted aligned error: one byte for each pair, in eighths of an ångström, by rows. */

/** From small to large errors, up to 30 Å. The colours grow lighter, so that they work in greyscale. */
const STOPS = [
  [0x00, 0x44, 0x1b],
  [0x23, 0x8b, 0x45],
  [0x74, 0xc4, 0x76],
  [0xc7, 0xe9, 0xc0],
  [0xf7, 0xfc, 0xf5],
] as const;
export const MOST_ANGSTROM = 30;
export const scaleCss = `linear-gradient(90deg, ${STOPS.map((rgb) => `rgb(${rgb.join(' ')})`).join(', ')})`;

/** A colour for each of the 256 values, as the bytes of a pixel. */
export function colours(): Uint32Array {
  const pixels = new Uint8ClampedArray(256 * 4);
  for (let value = 0; value < 256; value += 1) {
    const at = Math.min(1, value / 8 / MOST_ANGSTROM) * (STOPS.length - 1);
    const low = STOPS[Math.floor(at)] as readonly number[];
    const high = STOPS[Math.min(STOPS.length - 1, Math.floor(at) + 1)] as readonly number[];
    for (let part = 0; part < 3; part += 1)
      pixels[value * 4 + part] = Math.round(
        (low[part] as number) + ((high[part] as number) - (low[part] as number)) * (at % 1),
      );
    pixels[value * 4 + 3] = 255;
  }
  return new Uint32Array(pixels.buffer);
}

export interface Pae {
  size: number;
  bytes: Uint8Array;
}

/** @throws RangeError if the size is not a square */
export function readPae(buffer: ArrayBuffer): Pae {
  const size = Math.round(Math.sqrt(buffer.byteLength));
  if (size === 0 || size * size !== buffer.byteLength)
    throw new RangeError(`${buffer.byteLength} bytes are not a square of residues.`);
  return { size, bytes: new Uint8Array(buffer) };
}

/** The error of scored residue `x` when aligned on residue `y`, in ångströms. */
export const errorAt = ({ size, bytes }: Pae, x: number, y: number): number => (bytes[y * size + x] ?? 0) / 8;

export interface Square {
  x: readonly [number, number];
  y: readonly [number, number];
}

export function meanError({ size, bytes }: Pae, { x, y }: Square): number {
  let sum = 0;
  for (let row = y[0]; row <= y[1]; row += 1)
    for (let column = x[0]; column <= x[1]; column += 1) sum += bytes[row * size + column] ?? 0;
  return sum / 8 / Math.max(1, (y[1] - y[0] + 1) * (x[1] - x[0] + 1));
}

export const inSquare = ({ x, y }: Square, at: number): boolean =>
  (at >= x[0] && at <= x[1]) || (at >= y[0] && at <= y[1]);

/** Round residue numbers beside the map. */
export function marks(size: number): number[] {
  const step = [5, 10, 20, 50, 100, 200, 500, 1_000].find((each) => size / each <= 7) ?? 2_000;
  return Array.from({ length: Math.floor(size / step) }, (_, n) => (n + 1) * step);
}
