/** The form of a task as data. */
import type { Json } from '../../../../api/contract';
import type { Choice } from '../../../../parts/form/components';
import type { FormSource } from '../../../../parts/form/fields';
import { choicesOf, ruleOf } from '../rules';
import { JSON_ROW, SECONDS_ROW, source, type Row } from './source';

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
const choices = (labels: Record<string, string>): Json =>
  Object.entries(labels).map(([value, label]) => ({ value, label }));
const APPROVAL: Row<'tasks'>[] = [
  [
    'config.approval.text',
    'Question',
    { description: 'CEL that returns a text', placeholder: '"Publish " + params.name + "?"', wide: true },
  ],
  [
    'config.approval.roles',
    'Decided by',
    {
      type: 'array',
      uiComponent: 'multiselect',
      description: 'Roles in the tenant. With no role and no user: each of its users.',
      options: choices({ tenant_admin: 'Administrators', tenant_user: 'Users' }),
    },
  ],
  [
    'config.approval.users',
    'Or by',
    { type: 'array', uiComponent: 'tags', description: 'E-mail addresses', placeholder: 'ada@lab.test' },
  ],
  [
    'config.approval.allowSelf',
    'Also by the user who requested the execution',
    { type: 'boolean', default: true },
  ],
  ['config.approval.form', 'Form', { ...JSON_ROW, description: 'JSON Schema of what the approver fills in' }],
  [
    'config.approval.timeoutSeconds',
    'Wait for at most',
    { ...SECONDS_ROW, description: 'Empty: as long as the execution may take' },
  ],
  [
    'config.approval.defaultOutcome',
    'If nobody decides',
    {
      uiComponent: 'select',
      description: 'After the time above',
      options: choices({ fail: 'The task fails', approved: 'It is approved', rejected: 'It is rejected' }),
    },
  ],
  [
    'config.approval.onRejection',
    'If it is rejected',
    {
      uiComponent: 'segmented',
      default: 'fail',
      description: 'One that succeeds says in its output that it was rejected.',
      options: choices({ fail: 'It fails', succeed: 'It succeeds' }),
    },
  ],
];
const MAPPABLE = ['task', 'transform', 'validation', 'workflow'];
/** Tasks that make attempts of their own. The others wait for something, and evaluate no output mapping. */
const ATTEMPTING = ['task', 'transform', 'validation'];
/** What the input of other types is, and what it is without a mapping. */
const INPUTS: Record<string, { label: string; empty: string }> = {
  approval: { label: 'Shown to the approvers', empty: 'the question alone' },
  workflow: { label: 'Its parameters', empty: 'the item, else its defaults' },
};

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
            { ...SECONDS_ROW, description: 'Set exactly one: this, a moment or a signal.' },
          ],
          [
            'config.wait.until',
            'Wait until',
            { description: 'CEL that returns a timestamp', placeholder: 'params.startAt' },
          ],
          ['config.wait.signal', 'Wait for signal', { placeholder: 'approved' }],
          [
            'config.wait.timeoutSeconds',
            'Wait for at most',
            { ...SECONDS_ROW, description: 'For the signal. Then the task fails.' },
          ],
          ['config.wait.schema', 'Schema of the signal', JSON_ROW],
        ],
      ),
      ...only(['approval'], APPROVAL),
      ...only(ATTEMPTING, [['timeout', 'Time limit', { ...SECONDS_ROW, description: 'Of one attempt' }]]),
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
          ['config.schema', 'Schema of its input', JSON_ROW],
        ],
      ),
      ...only(
        [...ATTEMPTING, 'approval', 'workflow'],
        [
          [
            'inputMapping',
            INPUTS[type]?.label ?? 'Input',
            {
              ...JSON_ROW,
              description: `JSON whose texts are CEL. Empty: ${INPUTS[type]?.empty ?? 'the parameters and the outputs of its dependencies'}.`,
            },
          ],
        ],
      ),
      ...only(ATTEMPTING, [
        [
          'outputMapping',
          'Output',
          { ...JSON_ROW, description: 'JSON whose texts are CEL, with output. Empty: the output as it is.' },
        ],
      ]),
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
      ...only(ATTEMPTING, [
        ['config.retry.maxAttempts', 'Attempts at most', { type: 'integer', advanced: true }],
        ['config.retry.initialDelayMs', 'First delay', { type: 'integer', unit: 'ms', advanced: true }],
        ['config.retry.backoff', 'Each delay times', { type: 'number', advanced: true }],
        ['config.retry.maxDelayMs', 'Longest delay', { type: 'integer', unit: 'ms', advanced: true }],
        ['config.retry.jitter', 'Delays vary at random', { type: 'boolean', default: true, advanced: true }],
      ]),
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
        { ...JSON_ROW, description: 'The same as above and all other settings of the task', advanced: true },
      ],
    ],
    ['name', 'type', 'modelId', 'config.workflowId'],
  );
}
