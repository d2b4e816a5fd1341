/** The options of an execution that do not depend on its workflow, as a form. */
import { PRIORITY } from '../../api/contract';
import type { FormSource, Parameter } from './fields';

const field = (name: string, change: Partial<Parameter>): Parameter => ({
  name,
  displayName: null,
  description: null,
  type: 'string',
  default: null,
  validation: {},
  uiComponent: 'text',
  uiConfig: {},
  userConfigurable: true,
  adminOnly: false,
  ...change,
});

export const CONDITIONS: FormSource = {
  inputSchema: { properties: { deadline: { type: 'string', format: 'date-time' } } },
  defaultParameters: {},
  parameters: [
    field('name', {
      displayName: 'Name',
      description: 'Shown in lists, in the search and in the names of its files.',
      validation: { maxLength: 200 },
      uiConfig: { placeholder: 'Its title or the header of its sequence' },
    }),
    field('deadline', {
      displayName: 'Deadline',
      description: 'The execution is stopped if it has not ended by then. Your local time.',
      uiComponent: 'date',
    }),
    field('priority', {
      displayName: 'Priority',
      description: PRIORITY.description,
      type: 'integer',
      default: PRIORITY.usual,
      validation: { minimum: PRIORITY.minimum, maximum: PRIORITY.maximum },
      uiComponent: 'number',
    }),
    field('budgetUsd', {
      displayName: 'At most',
      description: 'The execution pauses when it has cost this much.',
      validation: { pattern: '^\\d{1,11}(\\.\\d{1,9})?$' },
      uiConfig: { unit: 'USD', placeholder: 'No separate limit' },
    }),
    field('webhookUrl', {
      displayName: 'Webhook',
      description: 'Called when it ends.',
      validation: { pattern: '^https?://', maxLength: 2000 },
      uiConfig: { placeholder: 'https://…' },
    }),
    field('tags', {
      displayName: 'Tags',
      description: 'Labels to find it by.',
      type: 'array',
      validation: { maxItems: 20, uniqueItems: true },
      uiComponent: 'tags',
    }),
  ],
};

/** Those of an execution that a schedule starts: a moment is no deadline of them all. */
export const SCHEDULED: FormSource = {
  ...CONDITIONS,
  inputSchema: {},
  parameters: CONDITIONS.parameters.filter(({ name }) => name !== 'deadline'),
};
