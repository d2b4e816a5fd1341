/** Decides about a large execution by parts as long as that suffices, else as a whole. */
import type { Blobs } from '../../blobs/blob.js';
import { decidePart, type Decision } from '../../core/executions/advance.js';
import { outputsNeededBy, type Part } from '../../core/executions/partial-state.js';
import { stillKept } from '../../core/executions/signals.js';
import type { Transition } from '../../core/executions/transitions.js';
import type { Graph } from '../../core/workflows/graph.js';
import type { Session } from '../../store/db/ledger.js';
import { startChildren } from '../../store/executions/children.js';
import { applyToTasks, type Following, type RowKey } from '../../store/scheduling/apply-decision.js';
import { readTasks, type Head } from '../../store/scheduling/decision-lock.js';
import { readNews } from '../../store/scheduling/partial-state.js';
import type { Workflows } from '../../store/workflows/versions.js';
import { planChildren } from './children.js';
import { beginsExecution, decideWhole, isForGood } from './decide-whole.js';
import type { InlineTime } from './inline-time.js';
import { loadOutputs } from './load-outputs.js';
import { readPart } from './part.js';

/** Maximum of rows to move or tasks to read for one execution in a shared transaction. */
const LARGE = 500;
/** Maximum of consecutive decisions by parts. With more, deciding the whole is faster. */
const ROUNDS = 8;

const ENDS = new Set<Transition['kind']>(['skip', 'fail', 'collect', 'wake', 'receive', 'decide']);

interface LargeParts {
  session: Session;
  workflows: Workflows;
  blobs: Blobs;
  /** No other execution is decided in the transaction. */
  alone: boolean;
  inline: InlineTime;
  /** Ids of started children are added here. */
  started: string[];
  /** Executions with cancelled tasks are added here. */
  cancelling: Set<string>;
}

/** Its transitions of tasks are already applied, and its children started. `large`: it has to be decided alone. */
export async function decideLarge(
  parts: LargeParts,
  head: Head,
  graph: Graph,
): Promise<(Decision & Following) | 'large'> {
  const { session, alone, inline, started, cancelling } = parts;
  const executionId = head.execution.id;
  const isTooMuch = (count: number): boolean => !alone && count > LARGE;
  let begins = false;
  const apply = async (tasks: readonly RowKey[], decided: readonly Transition[]) => {
    const { moves, family, isPartial } = await planChildren(parts, executionId, graph, decided);
    await applyToTasks(session, [{ executionId, at: head.at, tasks, moves }]);
    started.push(...(await startChildren(session, family)));
    begins ||= moves.some(beginsExecution);
    if (moves.some(({ kind }) => kind === 'cancel')) cancelling.add(executionId);
    return { moves, isPartial };
  };

  let { decidedEvent } = head;
  for (let round = 0; !head.whole && round < ROUNDS; round += 1) {
    const news = await readNews(session, head, decidedEvent);
    const part = news.closed ? null : await readPart(session, graph, executionId, news);
    const moves = part && (await decideSome(parts, head, graph, part));
    if (!moves) break;
    if (isTooMuch(sizeOf(moves))) return 'large';
    const applied = await apply(part.rows, moves);
    if (applied.isPartial) return { moves: [], whole: true, unfinished: true, begins };
    head.execution.signals = stillKept(head.execution.signals, moves);
    if (!moves.some(({ kind }) => ENDS.has(kind))) return { moves: [], whole: false, begins };
    decidedEvent = news.latest;
  }
  if (isTooMuch(graph.order.length)) return 'large';
  const tasks = (await readTasks(session, [executionId])).get(executionId) ?? [];
  const decision = await decideWhole(parts, head, graph, tasks, inline);
  if (isTooMuch(sizeOf(decision.moves))) return 'large';
  const { moves, isPartial } = await apply(tasks, decision.moves);
  return {
    moves: moves.filter(({ kind }) => kind === 'finish'),
    whole: decision.whole || isPartial,
    unfinished: decision.unfinished === true || isPartial,
    begins: begins || decision.begins,
  };
}

/** Null if every task must be read. */
async function decideSome(
  { session, blobs }: LargeParts,
  { execution, now }: Head,
  graph: Graph,
  part: Part,
): Promise<Transition[] | null> {
  try {
    await loadOutputs({ session, blobs }, execution.id, graph, part.tasks, {
      needed: outputsNeededBy(graph, part),
    });
  } catch (error) {
    if (!isForGood(error)) throw error;
    return null;
  }
  return decidePart(graph, execution, part, now);
}

const sizeOf = (moves: readonly Transition[]): number =>
  moves.reduce((sum, move) => sum + (move.kind === 'expand' ? move.items.length : 1), 0);
