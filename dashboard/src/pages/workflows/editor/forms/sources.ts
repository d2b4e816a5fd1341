/** The forms of a parameter and of the workflow itself as data. */
import { COMPONENTS } from '../../../../parts/form/components';
import type { FormSource } from '../../../../parts/form/fields';
import { choicesOf, hintOf } from '../rules';
import { JSON_ROW, SECONDS_ROW, source, type Row } from './source';

export const PARAMETER = source(
  'parameters',
  [
    ['displayName', 'Label'],
    ['type', 'Type', { uiComponent: 'select', options: choicesOf('parameters', 'type', (value) => value) }],
    ['description', 'Help', { uiComponent: 'textarea' }],
    ['uiComponent', 'Shown as', { uiComponent: 'select', options: [...COMPONENTS] }],
    ['uiConfig.unit', 'Unit'],
    ['default', 'Default', { ...JSON_ROW, description: 'JSON: "text", 5, true, [1, 2]. Empty: none.' }],
    [
      'validation',
      'Rules',
      {
        ...JSON_ROW,
        description: 'minimum, maximum, minLength, maxLength, minItems, maxItems, enum, pattern, alphabet',
      },
    ],
    ['userConfigurable', 'Users may set it', { type: 'boolean', default: true }],
    ['adminOnly', 'Administrators only', { type: 'boolean', default: false }],
    ['uiConfig.advanced', 'Below “More options”', { type: 'boolean', default: false }],
    [
      'uiConfig',
      'Component settings',
      { ...JSON_ROW, description: 'options, unit, step, placeholder, advanced', advanced: true },
    ],
  ],
  ['type'],
);

/** @param handlers the workflows that may handle its failures */
export const detailsSource = (
  isNew: boolean,
  handlers: readonly { value: string; label: string }[],
): FormSource =>
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
      [
        'timeout',
        'Time limit',
        { ...SECONDS_ROW, description: 'Of an execution, from its first running task' },
      ],
      ['maxRetries', 'Retries of a task', { type: 'integer' }],
      [
        'onFailure.workflowId',
        'When one fails, start',
        {
          uiComponent: 'select',
          options: [...handlers],
          description: 'A workflow that gets what failed: parameters of these names are filled in.',
        },
      ],
      ['minTier', 'From tier', { type: 'integer', uiComponent: 'segmented', options: [1, 2, 3, 4, 5] }],
      ['requiresAuditTrail', 'Audit trail required', { type: 'boolean', default: false }],
      ['hipaaCompliant', 'HIPAA compliant', { type: 'boolean', default: false }],
      ['inputSchema', 'Input schema', { ...JSON_ROW, description: 'JSON Schema of the parameters' }],
      ['outputSchema', 'Output schema', { ...JSON_ROW, description: 'JSON Schema of the output' }],
      [
        'outputMapping',
        'Output',
        {
          ...JSON_ROW,
          description: 'JSON whose texts are CEL over tasks. Empty: the outputs of the last tasks.',
        },
      ],
      [
        'defaultParameters',
        'Default parameters',
        { ...JSON_ROW, description: 'They override the parameters’ own defaults.' },
      ],
    ],
    ['workflowId', 'name', 'category'],
  );
