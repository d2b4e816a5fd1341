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
  text: 'Choose one and fill in its form: it says what it costs and when it is ready.',
};
const BY_PROGRAM: Step = {
  to: '/keys',
  title: 'Make an API key',
  text: 'A program asks for the same with one POST request. Each form shows it as code.',
};

const STEPS = {
  administrator: [
    RUN,
    {
      to: '/models/new',
      title: 'Register a model',
      text: 'What it is called, where it runs, what it costs, and under which licences.',
    },
    {
      to: '/workflows/new',
      title: 'Define a workflow',
      text: 'Which tasks, with which models, and what a person may set.',
    },
  ],
  runner: [
    RUN,
    {
      to: '/executions',
      title: 'Follow it',
      text: 'Its graph, its cost and why it waits, and at the end its files.',
    },
    BY_PROGRAM,
  ],
  operator: [
    {
      to: '/executions',
      title: 'See what runs',
      text: 'Each execution says in one sentence why it waits, and until when.',
    },
    {
      to: '/thermal',
      title: 'See which models are on',
      text: 'Why they are on, what they cost per hour, and how to hold or stop them.',
    },
    {
      to: '/costs',
      title: 'See what it cost',
      text: 'By model, workflow and tenant, beside the bill of the provider.',
    },
  ],
  auditor: [
    {
      to: '/audit',
      title: 'See who changed what',
      text: 'Each change with its author and how it was before.',
    },
    {
      to: '/costs',
      title: 'See what it cost',
      text: 'By model, workflow and tenant, beside the bill of the provider.',
    },
    { to: '/executions', title: 'See what ran', text: 'Who asked for it, when it ran, and how it ended.' },
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
