/** The editor's own forms as data: the fields of a task, a parameter and a workflow. */
import type { PathsIn } from '../../../../api/paths';
import type { components, Json, JsonObject } from '../../../../api/contract';
import type { Choice, FormSource, Parameter } from '../../../../parts/form/fields';
import { COMPONENTS } from '../../../../parts/form/fields';
import { choicesOf, hintOf, ruleOf, type Root } from '../rules';

type Input = components['schemas']['WorkflowInput'];
interface Members extends Record<Root, object> {
  tasks: NonNullable<Input['tasks']>[number];
  parameters: NonNullable<Input['parameters']>[number];
  '': Input;
}
type Row<R extends Root> = [
  name: PathsIn<Members[R]>,
  label: string,
  more?: Partial<Parameter> & {
    options?: Json;
    unit?: string;
    advanced?: boolean;
    wide?: boolean;
    placeholder?: string;
  },
];

/** The bounds are the API's. */
function source<R extends Root>(
  root: R,
  rows: readonly Row<R>[],
  required: readonly PathsIn<Members[R]>[] = [],
): FormSource {
  return {
    inputSchema: { required: [...required] },
    defaultParameters: {},
    parameters: rows.map(
      ([name, displayName, { options, unit, advanced, wide, placeholder, ...more } = {}]) => ({
        name,
        displayName,
        description: null,
        type: 'string',
        default: null,
        validation: boundsOf(root, name),
        uiComponent: '',
        userConfigurable: true,
        adminOnly: false,
        ...more,
        uiConfig: {
          ...(options !== undefined && { options }),
          ...(unit !== undefined && { unit }),
          ...(advanced !== undefined && { advanced }),
          ...(wide !== undefined && { wide }),
          ...(placeholder !== undefined && { placeholder }),
        },
      }),
    ),
  };
}

function boundsOf(root: Root, name: string): JsonObject {
  const { minimum, maximum } = ruleOf(root, name);
  return { ...(minimum !== undefined && { minimum }), ...(maximum !== undefined && { maximum }) };
}

const TYPES: Record<string, string> = {
  task: 'Model: calls a model',
  validation: 'Validation: checks its input',
  transform: 'Transform: computes a value from others',
  wait: 'Wait: for a time or a signal',
  approval: 'Approval: waits for a person',
  workflow: 'Workflow: runs another workflow',
};
export const TASK_TYPES = Object.keys(TYPES);
const CEL = { description: 'CEL: params, tasks.<id>.output, tasks.<id>.status' };
const json = { type: 'object', uiComponent: 'json' };
const seconds = { type: 'integer', unit: 's' };
const MAPPABLE = ['task', 'transform', 'validation'];

/** Known to the forms beside the definition itself. */
export interface Around {
  models: readonly Pick<Choice, 'value' | 'label'>[];
  workflows: readonly Pick<Choice, 'value' | 'label'>[];
}

/** The fields of a task depend on its type. */
export function taskSource(
  type: string,
  others: readonly Pick<Choice, 'value' | 'label'>[],
  { models, workflows }: Around,
): FormSource {
  const options = (choices: readonly Pick<Choice, 'value' | 'label'>[]): Json =>
    choices.map(({ value, label }) => ({ value, label }));
  const only = (types: readonly string[], rows: Row<'tasks'>[]): Row<'tasks'>[] =>
    types.includes(type) ? rows : [];
  return source(
    'tasks',
    [
      ['name', 'Name'],
      [
        'type',
        'Type',
        { uiComponent: 'select', options: choicesOf('tasks', 'type', (value) => TYPES[value] ?? value) },
      ],
      ...only(['task'], [['modelId', 'Model', { uiComponent: 'select', options: options(models) }]]),
      ...only(
        ['workflow'],
        [['config.workflowId', 'Workflow to run', { uiComponent: 'select', options: options(workflows) }]],
      ),
      ...only(
        ['wait'],
        [
          [
            'config.wait.seconds',
            'Wait for',
            { ...seconds, description: 'Set exactly one: this, a moment or a signal.' },
          ],
          [
            'config.wait.until',
            'Wait until',
            { description: 'CEL that returns a timestamp', placeholder: 'params.startAt' },
          ],
          ['config.wait.signal', 'Wait for signal', { placeholder: 'approved' }],
        ],
      ),
      ['timeout', 'Time limit', { ...seconds, description: 'Of one attempt' }],
      ['dependsOn', 'Depends on', { type: 'array', uiComponent: 'multiselect', options: options(others) }],
      ['condition', 'Only if', { ...CEL, placeholder: 'params.useTemplates', wide: true }],
      ...only(
        ['validation'],
        [
          [
            'config.checks',
            'Checks',
            {
              type: 'array',
              uiComponent: 'json',
              description: `A list of { check, value, … }: ${(ruleOf('tasks', 'config.checks.check').enum ?? []).join(', ')}`,
            },
          ],
          ['config.schema', 'Schema of its input', json],
        ],
      ),
      [
        'inputMapping',
        'Input',
        {
          ...json,
          description: 'JSON whose texts are CEL. Empty: the parameters and the outputs of its dependencies.',
        },
      ],
      [
        'outputMapping',
        'Output',
        { ...json, description: 'JSON whose texts are CEL, with output. Empty: the output as it is.' },
      ],
      ['description', 'Description', { uiComponent: 'textarea', advanced: true }],
      [
        'config.join',
        'Runs when',
        {
          uiComponent: 'select',
          default: 'all_succeeded',
          options: choicesOf('tasks', 'config.join', (value) => value.replaceAll('_', ' ')),
          advanced: true,
        },
      ],
      [
        'config.onFailure',
        'If it fails',
        {
          uiComponent: 'segmented',
          default: 'fail',
          options: [
            { value: 'fail', label: 'All fails' },
            { value: 'continue', label: 'Goes on' },
          ],
          advanced: true,
        },
      ],
      ...only(
        ['task'],
        [
          [
            'config.fallbackModelId',
            'Fallback model',
            { uiComponent: 'select', options: options(models), advanced: true },
          ],
        ],
      ),
      ['config.retry.maxAttempts', 'Attempts at most', { type: 'integer', advanced: true }],
      ['config.retry.initialDelayMs', 'First delay', { type: 'integer', unit: 'ms', advanced: true }],
      ['config.retry.backoff', 'Each delay times', { type: 'number', advanced: true }],
      ['config.retry.maxDelayMs', 'Longest delay', { type: 'integer', unit: 'ms', advanced: true }],
      ['config.retry.jitter', 'Delays vary at random', { type: 'boolean', default: true, advanced: true }],
      ...only(MAPPABLE, [
        [
          'config.map.over',
          'Once for each of',
          { description: 'CEL that returns a list', placeholder: 'params.sequences', advanced: true },
        ],
        ['config.map.as', 'Each is called', { placeholder: 'item', advanced: true }],
        ['config.map.maxConcurrency', 'At once', { type: 'integer', advanced: true }],
        ['config.map.toleratedFailures', 'May fail', { type: 'integer', unit: 'items', advanced: true }],
      ]),
      [
        'config',
        'All settings',
        { ...json, description: 'The same as above and all other settings of the task', advanced: true },
      ],
    ],
    ['name', 'type', 'modelId', 'config.workflowId'],
  );
}

export const PARAMETER = source(
  'parameters',
  [
    ['displayName', 'Label'],
    ['type', 'Type', { uiComponent: 'select', options: choicesOf('parameters', 'type', (value) => value) }],
    ['description', 'Help', { uiComponent: 'textarea' }],
    ['uiComponent', 'Shown as', { uiComponent: 'select', options: [...COMPONENTS] }],
    ['uiConfig.unit', 'Unit'],
    ['default', 'Default', { ...json, description: 'JSON: "text", 5, true, [1, 2]. Empty: none.' }],
    [
      'validation',
      'Rules',
      {
        ...json,
        description: 'minimum, maximum, minLength, maxLength, minItems, maxItems, enum, pattern, alphabet',
      },
    ],
    ['userConfigurable', 'People may set it', { type: 'boolean', default: true }],
    ['adminOnly', 'Administrators only', { type: 'boolean', default: false }],
    ['uiConfig.advanced', 'Below “More options”', { type: 'boolean', default: false }],
    [
      'uiConfig',
      'Look',
      { ...json, description: 'options, unit, step, placeholder, advanced', advanced: true },
    ],
  ],
  ['type'],
);

export const detailsSource = (isNew: boolean): FormSource =>
  source(
    '',
    [
      ...(isNew
        ? ([
            [
              'workflowId',
              'Id',
              {
                description: `${hintOf('', 'workflowId')} It can never change.`,
                placeholder: 'protein_folding',
              },
            ],
          ] as Row<''>[])
        : []),
      ['name', 'Name'],
      ['category', 'Category', { placeholder: 'scientific' }],
      [
        'title',
        'Title of an execution',
        {
          description: 'CEL over params, a text. Empty: the header of its sequence.',
          placeholder: '"Fold of " + params.target',
        },
      ],
      ['description', 'Description', { uiComponent: 'textarea' }],
      ['timeout', 'Time limit', { ...seconds, description: 'Of an execution, from its first running task' }],
      ['maxRetries', 'Retries of a task', { type: 'integer' }],
      ['minTier', 'From tier', { type: 'integer', uiComponent: 'segmented', options: [1, 2, 3, 4, 5] }],
      ['requiresAuditTrail', 'Audit trail required', { type: 'boolean', default: false }],
      ['hipaaCompliant', 'HIPAA compliant', { type: 'boolean', default: false }],
      ['inputSchema', 'Input schema', { ...json, description: 'JSON Schema of the parameters' }],
      ['outputSchema', 'Output schema', { ...json, description: 'JSON Schema of the output' }],
      [
        'outputMapping',
        'Output',
        {
          ...json,
          description: 'JSON whose texts are CEL over tasks. Empty: the outputs of the last tasks.',
        },
      ],
      [
        'defaultParameters',
        'Default parameters',
        { ...json, description: 'They override the parameters’ own defaults.' },
      ],
    ],
    ['workflowId', 'name', 'category'],
  );
