/** Schema of a workflow in requests: the fields that administrators can create and change. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { APPROVER_ROLES, DEFAULT_OUTCOMES, ON_REJECTION } from '../approvals/rule.js';
import { CHECK_NAMES } from '../workflows/validation-checks.js';
import { mustBeOneOf } from '../validation/error-texts.js';
import { dagOf } from '../workflows/graph.js';
import { ranged } from '../validation/ranged-schemas.js';
import { RANGES, type Range } from '../validation/ranges.js';
import {
  JOIN_RULES,
  TASK_TYPES,
  type TaskConfig,
  type WorkflowDefinition,
  type WorkflowTask,
} from '../workflows/workflow.js';
import type { JsonObject } from '../json/json.js';

export const DATA_TYPES = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'fasta'] as const;

/** Each pattern with its description, which errors, the API document and the dashboard's forms share. */
const NAMES = {
  // These three keys are refused in every JSON input, so such a parameter could never be given.
  name: [
    /^(?!(?:__proto__|constructor|prototype)$)[A-Za-z_][A-Za-z0-9_]{0,99}$/,
    'letters, digits and underscores, no digit first, at most 100, and not constructor, prototype or __proto__',
  ],
  id: [
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
    'letters, digits, dots, dashes and underscores, a letter or digit first, at most 100',
  ],
  version: [
    /^[A-Za-z0-9][A-Za-z0-9.+-]{0,19}$/,
    'letters, digits, dots, pluses and dashes, like 1.0.0, at most 20',
  ],
} as const;
type Name = keyof typeof NAMES;

const object = z.record(z.string(), z.json());

type Numbers = (range: Range) => z.ZodType<number, number>;

/** The settings that the engine reads are typed. Other keys are allowed, for the container. */
const configOf = (number: Numbers) =>
  z.looseObject({
    join: z.string().meta({ enum: JOIN_RULES }).optional(),
    onFailure: z.enum(['fail', 'continue'], mustBeOneOf(['fail', 'continue'])).optional(),
    fallbackModelId: z.string().optional(),
    retry: z
      .strictObject({
        maxAttempts: number(RANGES.maxAttempts).optional(),
        initialDelayMs: number(RANGES.retryDelay).optional(),
        backoff: number(RANGES.backoff).optional(),
        maxDelayMs: number(RANGES.retryDelay).optional(),
        jitter: z.boolean().optional(),
      })
      .optional(),
    map: z
      .looseObject({
        over: z.string(),
        as: z.string().optional(),
        maxConcurrency: number(RANGES.mapConcurrency).optional(),
        toleratedFailures: number(RANGES.toleratedFailures).optional(),
      })
      .optional(),
    wait: z
      .looseObject({
        seconds: number(RANGES.wait).optional(),
        until: z.string().optional(),
        signal: z
          .string()
          .regex(...NAMES.id)
          .optional(),
        timeoutSeconds: number(RANGES.wait).optional(),
        schema: object.optional(),
      })
      .optional(),
    approval: z
      .strictObject({
        roles: z
          .array(z.enum(APPROVER_ROLES, mustBeOneOf(APPROVER_ROLES)))
          .max(2)
          .optional(),
        users: z.array(z.email().max(320)).max(50).optional(),
        text: z.string().min(1).max(10_000).optional(),
        form: object.optional(),
        timeoutSeconds: number(RANGES.approval).optional(),
        defaultOutcome: z.enum(DEFAULT_OUTCOMES, mustBeOneOf(DEFAULT_OUTCOMES)).optional(),
        onRejection: z.enum(ON_REJECTION, mustBeOneOf(ON_REJECTION)).optional(),
        allowSelf: z.boolean().optional(),
      })
      .optional(),
    workflowId: z.string().optional(),
    schema: object.optional(),
    checks: z
      .array(
        z.looseObject({
          check: z.string().meta({ enum: CHECK_NAMES }),
          value: z.string(),
          message: z.string().optional(),
          alphabet: z.string().optional(),
          minimum: number(RANGES.length).optional(),
          maximum: number(RANGES.length).optional(),
        }),
      )
      .max(1_000)
      .optional(),
  });

/** Written and read alike: none of its settings has a default. */
export const taskConfig = configOf(ranged).meta({ id: 'TaskConfig' });

interface Fields {
  config: ReturnType<typeof configOf>;
  text: (max: number) => z.ZodType<string, string>;
  named: (name: Name) => z.ZodType<string, string>;
  number: Numbers;
}

function shapeOf({ config, text, named, number }: Fields) {
  const task = z.strictObject({
    taskId: named('name'),
    name: text(200),
    description: z.string().nullable().default(null),
    type: z.enum(TASK_TYPES, mustBeOneOf(TASK_TYPES)),
    modelId: text(100).nullable().default(null),
    serviceId: text(100).nullable().default(null),
    config: config.default({}),
    inputMapping: object.nullable().default(null),
    outputMapping: object.nullable().default(null),
    dependsOn: z.array(z.string()).max(10_000).default([]),
    condition: text(10_000).nullable().default(null),
    timeout: number(RANGES.taskTimeout).default(300),
  });
  const parameter = z.strictObject({
    name: named('name'),
    displayName: text(200).nullable().default(null),
    description: z.string().nullable().default(null),
    type: z.enum(DATA_TYPES, mustBeOneOf(DATA_TYPES)),
    default: z.json().default(null),
    validation: object.default({}),
    uiComponent: text(50).default('text'),
    uiConfig: object.default({}),
    userConfigurable: z.boolean().default(true),
    adminOnly: z.boolean().default(false),
  });
  return z.strictObject({
    workflowId: named('id'),
    name: text(200),
    title: text(1_000).nullable().default(null),
    description: z.string().nullable().default(null),
    category: text(50),
    version: named('version').optional(),
    inputSchema: object.default({}),
    outputSchema: object.default({}),
    outputMapping: object.nullable().default(null),
    defaultParameters: object.default({}),
    timeout: number(RANGES.executionTimeout).default(3600),
    maxRetries: number(RANGES.maxRetries).default(3),
    minTier: number(RANGES.tier).default(1),
    onFailure: z
      .strictObject({ workflowId: text(100) })
      .nullable()
      .default(null),
    requiresAuditTrail: z.boolean().default(false),
    hipaaCompliant: z.boolean().default(false),
    tasks: z.array(task).max(10_000).default([]),
    parameters: z.array(parameter).max(1_000).default([]),
  });
}

export const workflowInput = shapeOf({
  config: taskConfig,
  text: (max) => z.string().min(1, 'must not be empty').max(max),
  named: (name) => {
    const [pattern, words] = NAMES[name];
    return z.string().regex(pattern, `must be ${words}`).describe(words);
  },
  number: ranged,
});

/** The same without limits on names, texts and numbers: for checking the rest of a definition that has such faults. */
export const workflowDraft = shapeOf({
  config: configOf(() => z.number()),
  text: () => z.string(),
  named: () => z.string(),
  number: () => z.number(),
});

export function definitionOf(
  { workflowId, version = '', tasks, ...fields }: z.output<typeof workflowDraft>,
  published = version,
): WorkflowDefinition {
  const typed = tasks.map((task): WorkflowTask => ({ ...task, config: task.config as TaskConfig }));
  return { ...fields, id: workflowId, version: published, dag: dagOf(typed), tasks: typed };
}

/** The inverse of `definitionOf`: the fields that a patch may change. */
export function inputOf(definition: WorkflowDefinition): JsonObject {
  const { id, version: _, dag: __, ...fields } = definition;
  return JSON.parse(
    JSON.stringify({ workflowId: id, title: null, onFailure: null, ...fields }),
  ) as JsonObject;
}

/** True if they are equal apart from their versions. */
export const isSameWorkflow = (one: WorkflowDefinition, other: WorkflowDefinition): boolean =>
  isDeepStrictEqual(inputOf(one), inputOf(other));

/** Increments the last number of a version until it is free: `1.0.9` is followed by `1.0.10`, `draft` by `draft.1`. */
export function nextVersion(version: string, taken: ReadonlySet<string>): string {
  const stem = version.replace(/\d+$/, '');
  const head = stem === version ? `${version}.` : stem;
  let last = Number(version.slice(stem.length)) + 1;
  while (taken.has(`${head}${last}`)) last += 1;
  return `${head}${last}`;
}
