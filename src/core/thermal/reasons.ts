/** Texts of the controller's reasons: durations, counts and demand. */
import { secondsUntil } from '../time/saturated.js';
import type { Need } from './forecast.js';

/** `40 s`, `3 min`, `2 h`. */
export function lengthOf(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 90) return `${whole} s`;
  return whole < 5400 ? `${Math.round(whole / 60)} min` : `${Math.round(whole / 3600)} h`;
}

/** `1 task`, `2 tasks`. */
export const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

/** `2 tasks wait, 1 invocation runs, fold of 3 executions expected in about 4 min`; empty without demand. */
export function demandText(waiting: number, running: number, due: readonly Need[], now: Date): string {
  const waits = waiting > 0 ? [`${count(waiting, 'task')} ${waiting === 1 ? 'waits' : 'wait'}`] : [];
  const runs = running > 0 ? [`${count(running, 'invocation')} ${running === 1 ? 'runs' : 'run'}`] : [];
  return [...waits, ...runs, ...forecastText(due, now)].join(', ');
}

/** Names the first need and counts the others. */
function forecastText(needs: readonly Need[], now: Date): string[] {
  const [first] = needs;
  if (!first) return [];
  const same = needs.filter(({ taskId }) => taskId === first.taskId);
  const executions = new Set(same.map(({ executionId }) => executionId)).size;
  const seconds = secondsUntil(first.at, now);
  const when = seconds > 0 ? `in about ${lengthOf(seconds)}` : 'any moment';
  const others = needs.length - same.length;
  const more = others > 0 ? [`${count(others, 'other task')} expected`] : [];
  return [`${first.taskId} of ${count(executions, 'execution')} expected ${when}`, ...more];
}
