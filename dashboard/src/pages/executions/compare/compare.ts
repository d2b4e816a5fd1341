/** The differences between two executions. */
import { costsOf, wholes, type Execution } from '../detail/view';

export function differing(
  a: Record<string, unknown>,
  b: Record<string, unknown>,
): { name: string; a: unknown; b: unknown }[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((name) =>
    JSON.stringify(a[name]) === JSON.stringify(b[name]) ? [] : [{ name, a: a[name], b: b[name] }],
  );
}

interface Spent {
  ms: number | null;
  usd: number;
}

export function tasksOf(
  a: Pick<Execution, 'tasks'>,
  b: Pick<Execution, 'tasks'>,
): { taskId: string; name: string; a: Spent | null; b: Spent | null }[] {
  const names = new Map([...wholes(a.tasks), ...wholes(b.tasks)].map(({ taskId, name }) => [taskId, name]));
  const spent = ({ tasks }: Pick<Execution, 'tasks'>): ReadonlyMap<string, Spent> => {
    const costs = costsOf(tasks);
    return new Map(
      wholes(tasks).map(({ taskId, durationMs }) => [
        taskId,
        { ms: durationMs, usd: costs.get(taskId) ?? 0 },
      ]),
    );
  };
  const [inA, inB] = [spent(a), spent(b)];
  return [...names].map(([taskId, name]) => ({
    taskId,
    name,
    a: inA.get(taskId) ?? null,
    b: inB.get(taskId) ?? null,
  }));
}

/** The numbers by which an output says how sure it is. */
export function confidenceOf(output: unknown): { name: string; value: number }[] {
  const confidence = (output as { confidence?: unknown } | null)?.confidence;
  if (confidence === null || typeof confidence !== 'object') return [];
  const names: Record<string, string> = { meanPlddt: 'Mean pLDDT', ptm: 'pTM', iptm: 'ipTM' };
  return Object.entries(confidence).flatMap(([key, value]) =>
    typeof value === 'number' ? [{ name: names[key] ?? key, value }] : [],
  );
}

/** Which of the two nothing may be concluded from. */
export function madeUp(a: { synthetic: boolean }, b: { synthetic: boolean }): string {
  const who = a.synthetic && b.synthetic ? 'Both are' : a.synthetic ? 'The first is' : 'The second is';
  return `${who} made up by the stand-in: a difference between scores means nothing.`;
}

/** `+1.2 s`, `−$0.30`, or nothing to speak of. */
export function signed(difference: number, say: (size: number) => string): string {
  return difference === 0 ? '±0' : `${difference > 0 ? '+' : '−'}${say(Math.abs(difference))}`;
}
