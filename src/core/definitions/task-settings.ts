/** Which settings each type of task must and must not have. */
import type { ASTNode } from '@marcbachmann/cel-js';
import { ruleFaults as approvalFaults } from '../approvals/rule.js';
import { childrenOf } from '../expressions/cel-meter.js';
import { compile } from '../expressions/cel.js';
import type { Fault } from '../errors.js';
import { mustBeOneOf } from '../validation/error-texts.js';
import { CHECK_NAMES } from '../workflows/validation-checks.js';
import { NO_INSTANT, readInstant } from '../time/instants.js';
import { INSTANTS } from '../validation/ranges.js';
import { schemaFaults } from '../validation/json-schema.js';
import { JOIN_RULES, type TaskType, type WorkflowTask } from '../workflows/workflow.js';

const MAPPABLE = new Set(['task', 'transform', 'validation', 'workflow']);
const RESERVED = new Set(['params', 'tasks', 'execution', 'output']);
const WAITS = ['seconds', 'until', 'signal', 'timeoutSeconds', 'schema'];
/** Types whose output cannot be mapped, and why. */
const UNMAPPED: Partial<Record<TaskType, string>> = {
  approval: 'must be null: the output of an approval is its decision',
  workflow: 'is not applied: shape the output in the other workflow, or in a transform after it',
};
const NEEDS_DEPENDENCIES = new Set(['one_succeeded', 'one_failed', 'all_failed']);

export function settingFaults({ taskId, type, dependsOn, config, outputMapping }: WorkflowTask): Fault[] {
  const {
    join = 'all_succeeded',
    map,
    retry = {},
    wait = {},
    approval,
    workflowId,
    schema,
    checks = [],
  } = config;
  const waits = [wait.seconds, wait.until, wait.signal].filter((way) => way !== undefined).length;
  const as = map?.as ?? 'item';
  const findings: [boolean, string, string][] = [
    [!JOIN_RULES.includes(join), 'join', mustBeOneOf(JOIN_RULES)],
    [
      dependsOn.length === 0 && NEEDS_DEPENDENCIES.has(join),
      'join',
      `${join} is never met without dependencies`,
    ],
    [type === 'wait' && waits !== 1, 'wait', 'needs exactly one of seconds, until and signal'],
    [
      wait.signal === undefined && wait.timeoutSeconds !== undefined,
      'wait.timeoutSeconds',
      'limits the wait for a signal: name one',
    ],
    [
      wait.signal === undefined && wait.schema !== undefined,
      'wait.schema',
      'is that of the payload of a signal: name one',
    ],
    [
      Object.keys(wait).some((kind) => !WAITS.includes(kind)),
      'wait',
      `may have only the keys ${WAITS.join(', ')}`,
    ],
    [
      (retry.initialDelayMs ?? 0) > (retry.maxDelayMs ?? Infinity),
      'retry.maxDelayMs',
      'must not be below initialDelayMs',
    ],
    [wait.until !== undefined && isNoInstant(wait.until), 'wait.until', NO_INSTANT],
    [
      checks.some(({ check }) => !CHECK_NAMES.includes(check)),
      'checks',
      `each must be one of ${CHECK_NAMES.join(', ')}`,
    ],
    [type !== 'approval' && approval !== undefined, 'approval', 'is of tasks of type approval alone'],
    [type === 'workflow' && !workflowId, 'workflowId', 'is needed: choose a workflow to run'],
    [map !== undefined && 'map' in map, 'map', 'maps do not nest: put the inner one into its own workflow'],
    [map !== undefined && !MAPPABLE.has(type), 'map', `a task of type ${type} cannot run once for each item`],
    [
      !/^[A-Za-z]\w*$/.test(as) || RESERVED.has(as),
      'map.as',
      'must be a name of letters and digits that is not reserved',
    ],
  ];
  const faults = findings.flatMap(([wrong, field, message]) => (wrong ? [{ path: field, message }] : []));
  return [
    ...placed(`tasks.${taskId}.config`, [
      ...faults,
      ...placed('schema', schema ? schemaFaults(schema) : []),
      ...placed('wait.schema', wait.schema ? schemaFaults(wait.schema) : []),
      ...placed('approval', approval ? approvalFaults(approval) : []),
    ]),
    ...(UNMAPPED[type] && outputMapping
      ? [
          {
            path: `tasks.${taskId}.outputMapping`,
            message: UNMAPPED[type],
          },
        ]
      : []),
  ];
}

/** Checks only an expression without variables, because its value is always the same. */
function isNoInstant(source: string): boolean {
  try {
    const { ast, evaluate } = compile(source);
    if (readsAnything(ast)) return false;
    const value = evaluate({});
    const instant = typeof value === 'string' ? readInstant(value) : null;
    return instant === null || instant > new Date(INSTANTS.max);
  } catch {
    return false; // reported with the other expressions
  }
}

const readsAnything = (node: ASTNode): boolean => node.op === 'id' || childrenOf(node).some(readsAnything);

export const placed = (root: string, faults: readonly Fault[]): Fault[] =>
  faults.map(({ path, message }) => ({ path: path ? `${root}.${path}` : root, message }));
