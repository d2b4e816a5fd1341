/** Where the execution is shown: drawn in place on a terminal, told line by line anywhere else. */
import { stripVTControlCharacters } from 'node:util';
import { changesBetween } from './changes.js';
import type { View } from './follow.js';
import { draw } from './picture.js';

/** As much of `process.stdout` as is used. */
export interface Out {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
  rows?: number;
  /** Knows of NO_COLOR. */
  hasColors?(): boolean;
}

export interface Screen {
  show(view: View, now: Date): void;
  /** Leaves the last drawing, and the cursor below it. */
  close(): void;
}

export const openScreen = (out: Out): Screen => (out.isTTY ? drawn(out) : told(out));

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
      // What scrolled out at the top could not be reached again.
      const lines = draw(view, frame).slice(0, (out.rows || ASSUMED.rows) - 1);
      // A terminal made narrower since has broken the lines that stand there.
      const up = widths.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
      const back = up > 0 ? `\x1b[${up}A\r` : '';
      out.write(`${back}${CLEAR_BELOW}${lines.join('\n')}\n`);
      widths = lines.map((line) => stripVTControlCharacters(line).length);
    },
    close: () => out.write(SHOW_CURSOR),
  };
}

function told(out: Out): Screen {
  let before: View | undefined;
  return {
    show(view, now) {
      for (const line of changesBetween(before, view, now)) out.write(`${line}\n`);
      before = view;
    },
    close() {},
  };
}
