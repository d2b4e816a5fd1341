/** The first three steps of each role. */
import type { May } from '../../shell/session';

export interface Step {
  to:
    | '/models/new'
    | '/workflows/new'
    | '/workflows'
    | '/executions'
    | '/thermal'
    | '/costs'
    | '/audit'
    | '/keys';
  title: string;
  text: string;
}

const RUN: Step = {
  to: '/workflows',
  title: 'Run a workflow',
  text: 'Choose one and fill in its form. The form shows the cost and the expected end.',
};
const BY_PROGRAM: Step = {
  to: '/keys',
  title: 'Make an API key',
  text: 'A program can run a workflow with one POST request. Each run form shows it as code.',
};

const STEPS = {
  administrator: [
    RUN,
    {
      to: '/models/new',
      title: 'Register a model',
      text: 'Enter its name, its deployment, its price and its licences.',
    },
    {
      to: '/workflows/new',
      title: 'Define a workflow',
      text: 'Define its tasks, their models, and the parameters that users may set.',
    },
  ],
  runner: [
    RUN,
    {
      to: '/executions',
      title: 'Follow it',
      text: 'See its graph, its cost, why it waits, and finally its files.',
    },
    BY_PROGRAM,
  ],
  operator: [
    {
      to: '/executions',
      title: 'See what runs',
      text: 'Each execution states in one sentence why it waits, and until when.',
    },
    {
      to: '/thermal',
      title: 'See which models are on',
      text: 'See why they are on and what they cost per hour. Keep them on, or turn them off.',
    },
    {
      to: '/costs',
      title: 'See what it cost',
      text: 'See costs by model, workflow and tenant, compared with the provider’s bill.',
    },
  ],
  auditor: [
    {
      to: '/audit',
      title: 'See who changed what',
      text: 'See each change with its author and the old value.',
    },
    {
      to: '/costs',
      title: 'See what it cost',
      text: 'See costs by model, workflow and tenant, compared with the provider’s bill.',
    },
    {
      to: '/executions',
      title: 'See what ran',
      text: 'See who submitted each execution, when it ran, and how it ended.',
    },
  ],
} as const satisfies Record<string, readonly Step[]>;

export function stepsFor({
  edit,
  run,
  operate,
  audit,
}: Pick<May, 'edit' | 'run' | 'operate' | 'audit'>): readonly Step[] {
  if (edit) return STEPS.administrator;
  if (run) return STEPS.runner;
  if (operate) return STEPS.operator;
  return audit ? STEPS.auditor : [];
}
