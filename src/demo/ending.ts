/** The last lines that the demo prints. */
import type { Execution, Output } from './api.js';
import { nameOf } from './picture.js';
import { costOf, lengthOf } from './quantities.js';

export function success(execution: Execution, pdbPath: string): string[] {
  const { meanPlddt, ptm } = (execution.output as Output).confidence;
  return [
    '',
    `Folded in ${lengthOf(execution.durationMs ?? 0)}.`,
    `  mean pLDDT  ${meanPlddt.toFixed(1)} of 100`,
    `  pTM         ${ptm.toFixed(2)}`,
    `  cost        ${costOf(execution.cost)}`,
    `  structure   ${pdbPath}`,
    '',
    'Structures and confidence of the stand-in are synthetic: they show how Radiant works and predict nothing.',
  ];
}

const ENDED: Partial<Record<Execution['status'], string>> = {
  failed: 'failed',
  cancelled: 'was cancelled',
  timed_out: 'took too long',
};

export function failure({ status, error, tasks, cost }: Execution): string[] {
  const because = ({ code, message }: { code: string; message: string }) => `${message} (${code})`;
  return [
    '',
    `The execution ${ENDED[status] ?? status}, at a cost of ${costOf(cost)}.`,
    ...(error ? [`  ${because(error)}`] : []),
    ...tasks.flatMap((task) => (task.error ? [`  ${nameOf(task)}: ${because(task.error)}`] : [])),
  ];
}

export const addresses = (url: string, keyFile: string): string[] => [
  '',
  `  dashboard   ${url}/ (sign in with the key in ${keyFile})`,
  `  reference   ${url}/docs`,
  `  queues      ${url}/queues (user: any, password: the key)`,
];
