/** Shows the execution: drawn in place on a terminal, as lines of changes elsewhere. */
import { stripVTControlCharacters } from 'node:util';
import { changesBetween } from './changes.js';
import type { View } from './follow.js';
import { draw } from './picture.js';

/** The used part of `process.stdout`. */
export interface Out {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
  rows?: number;
  /** Respects NO_COLOR. */
  hasColors?(): boolean;
}

export interface Screen {
  show(view: View, now: Date): void;
  /** Leaves the last drawing, with the cursor below it. */
  close(): void;
}

export const openScreen = (out: Out): Screen => (out.isTTY ? drawn(out) : listed(out));

const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
const CLEAR_BELOW = '\x1b[J';
const ASSUMED = { columns: 80, rows: 24 };

function drawn(out: Out): Screen {
  let widths: number[] = [];
  out.write(HIDE_CURSOR);
  return {
    show(view, now) {
      const columns = out.columns || ASSUMED.columns;
      const frame = { width: columns - 1, colour: out.hasColors?.() ?? false, now };
      // Lines that scroll off the top could not be redrawn.
      const lines = draw(view, frame).slice(0, (out.rows || ASSUMED.rows) - 1);
      // Drawn lines wrap if the terminal has become narrower.
      const up = widths.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
      const back = up > 0 ? `\x1b[${up}A\r` : '';
      out.write(`${back}${CLEAR_BELOW}${lines.join('\n')}\n`);
      widths = lines.map((line) => stripVTControlCharacters(line).length);
    },
    close: () => out.write(SHOW_CURSOR),
  };
}

function listed(out: Out): Screen {
  let before: View | undefined;
  return {
    show(view, now) {
      for (const line of changesBetween(before, view, now)) out.write(`${line}\n`);
      before = view;
    },
    close() {},
  };
}
