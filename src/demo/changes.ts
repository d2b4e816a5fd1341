/** The changes of an execution since it was last read, one per line: for logs and pipes. */
import { nameOf } from './picture.js';
import type { Task } from './api.js';
import type { View } from './follow.js';
import { isSpent, lengthOf, moneyOf } from './quantities.js';

/** @param before undefined means that everything is new */
export function changesBetween(before: View | undefined, { execution, models }: View, now: Date): string[] {
  const changed: string[] = [];
  if (before?.execution.status !== execution.status) {
    changed.push(`${execution.workflowId} ${execution.status}`);
  }
  for (const [id, { displayName, currentThermalState }] of models) {
    if (before?.models.get(id)?.currentThermalState !== currentThermalState) {
      changed.push(`${displayName} is ${currentThermalState}`);
    }
  }
  for (const task of execution.tasks) {
    const known = before?.execution.tasks.find(
      ({ taskId, mapIndex }) => taskId === task.taskId && mapIndex === task.mapIndex,
    );
    if (known ? stateOf(known) !== stateOf(task) : task.status !== 'pending') changed.push(lineOf(task));
  }
  const reason = execution.waiting?.reason;
  if (reason && withoutNumbers(reason) !== withoutNumbers(before?.execution.waiting?.reason)) {
    changed.push(reason);
  }
  const elapsed = lengthOf(Math.max(0, now.getTime() - Date.parse(execution.createdAt)));
  return changed.map((line) => `${elapsed.padStart(12)}  ${line.replaceAll(/\p{Cc}/gu, ' ')}`);
}

const stateOf = ({ status, attempt }: Task) => `${status} ${attempt}`;

/** A countdown in a reason is not a change. */
const withoutNumbers = (reason = '') => reason.replaceAll(/\d+ \w+/g, '');

function lineOf(task: Task): string {
  const facts = [
    task.attempt > 1 && `attempt ${task.attempt}`,
    task.durationMs !== null && lengthOf(task.durationMs),
    isSpent(task.costUsd) && moneyOf(task.costUsd),
    task.error?.message,
  ].filter((fact) => typeof fact === 'string');
  return `${nameOf(task)}: ${[task.status, ...facts].join(', ')}`;
}
