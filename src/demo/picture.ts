/** Draws an execution as lines of text that fit the terminal. */
import { styleText } from 'node:util';
import type { ExecutionStatus, Heat, TaskStatus } from '../core/status.js';
import type { Task } from './api.js';
import type { View } from './follow.js';
import { costOf, isSpent, lengthOf, moneyOf } from './quantities.js';

export interface Frame {
  /** Width in terminal cells. */
  width: number;
  colour: boolean;
  now: Date;
}

type Style = Parameters<typeof styleText>[0];

interface Piece {
  text: string;
  style?: Style;
}

interface Column {
  title: string;
  /** The column with the lowest value is removed first if the terminal is narrow. */
  worth: number;
  /** Keeps the table steady while its cells fill. */
  atLeast?: number;
  right?: true;
  cell(task: Task, view: View, now: Date): Piece;
}

const STATUS_STYLE: Record<TaskStatus | ExecutionStatus, Style> = {
  pending: 'dim',
  ready: 'yellow',
  queued: 'yellow',
  waiting: 'yellow',
  paused: 'yellow',
  running: 'cyan',
  succeeded: 'green',
  failed: 'red',
  timed_out: 'red',
  skipped: 'dim',
  cancelled: 'dim',
};

const HEAT_STYLE: Record<Heat, Style> = {
  OFF: 'dim',
  WARMING: 'yellow',
  WARM: 'green',
  HOT: 'magenta',
  COOLING: 'blue',
  FAILED: 'red',
};

const COLUMNS: readonly Column[] = [
  { title: 'TASK', worth: 8, cell: (task) => ({ text: nameOf(task) }) },
  {
    title: 'STATUS',
    worth: 7,
    atLeast: 9,
    cell: ({ status }) => ({ text: status, style: STATUS_STYLE[status] }),
  },
  {
    title: 'TRY',
    worth: 4,
    right: true,
    cell: ({ status, attempt }) => ({ text: status === 'pending' ? '' : String(attempt) }),
  },
  {
    title: 'WAITED',
    worth: 1,
    atLeast: 8,
    right: true,
    cell: ({ queuedMs }) => ({ text: queuedMs === null ? '' : lengthOf(queuedMs) }),
  },
  { title: 'TIME', worth: 6, atLeast: 8, right: true, cell: (task, _, now) => ({ text: timeOf(task, now) }) },
  {
    title: 'COST',
    worth: 5,
    atLeast: 6,
    right: true,
    cell: ({ costUsd }) => ({ text: isSpent(costUsd) ? moneyOf(costUsd) : '' }),
  },
  {
    title: 'MODEL',
    worth: 2,
    cell: ({ modelId }, { models }) => ({ text: models.get(modelId ?? '')?.displayName ?? modelId ?? '' }),
  },
  {
    title: 'HEAT',
    worth: 3,
    atLeast: 7,
    cell({ modelId }, { models }) {
      const heat = models.get(modelId ?? '')?.currentThermalState;
      return heat ? { text: heat, style: HEAT_STYLE[heat] } : { text: '' };
    },
  },
];

const GAP = 2;

/** The number of lines depends only on the number of tasks. */
export function draw(view: View, frame: Frame): string[] {
  const { execution } = view;
  const { status } = execution;
  const lines: Piece[][] = [
    [
      { text: execution.workflowId, style: 'bold' },
      { text: '  ' },
      { text: status, style: STATUS_STYLE[status] },
      { text: `  ${lengthOf(execution.durationMs ?? since(execution.createdAt, frame.now))}` },
    ],
    [],
    ...table(view, frame),
    [],
    [{ text: execution.waiting?.reason ?? '', style: 'yellow' }],
    [{ text: `Cost ${costOf(execution.cost)}` }],
  ];
  return lines.map((pieces) => fit(pieces, frame));
}

function table(view: View, { width, now }: Frame): Piece[][] {
  const columns = COLUMNS.map((column) => {
    const cells = view.execution.tasks.map((task) => column.cell(task, view, now));
    const size = Math.max(column.atLeast ?? 0, column.title.length, ...cells.map(({ text }) => text.length));
    return { column, size, cells: [{ text: column.title, style: 'dim' } satisfies Piece, ...cells] };
  });
  const total = () => columns.reduce((sum, { size }) => sum + size + GAP, -GAP);
  while (total() > width && columns.length > 2) {
    const least = columns.reduce((a, b) => (a.column.worth < b.column.worth ? a : b));
    columns.splice(columns.indexOf(least), 1);
  }
  const rows = view.execution.tasks.length + 1;
  return Array.from({ length: rows }, (_, row) =>
    columns.flatMap(({ column, size, cells }, at) => {
      const { text, style } = cells[row] as Piece;
      const padded = column.right ? text.padStart(size) : text.padEnd(size);
      return [{ text: at === 0 ? '' : ' '.repeat(GAP) }, { text: padded, ...(style && { style }) }];
    }),
  );
}

/** Cuts the text before it is coloured, since colour codes have no width. */
function fit(pieces: readonly Piece[], { width, colour }: Frame): string {
  let left = width;
  const shown = pieces.map(({ text, style }) => {
    const piece = text.replaceAll(/\p{Cc}/gu, ' ').slice(0, left);
    left -= piece.length;
    return colour && style && piece.trim() !== ''
      ? styleText(style, piece, { validateStream: false })
      : piece;
  });
  return shown.join('').trimEnd();
}

export const nameOf = ({ name, mapIndex }: Task): string =>
  mapIndex === null ? name : `${name} [${mapIndex}]`;

const since = (at: string, now: Date) => Math.max(0, now.getTime() - Date.parse(at));

function timeOf({ status, durationMs, startedAt }: Task, now: Date): string {
  if (status === 'running' && startedAt !== null) return lengthOf(since(startedAt, now));
  return durationMs === null ? '' : lengthOf(durationMs);
}
