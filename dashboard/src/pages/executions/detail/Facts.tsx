/** The facts under the title of an execution. */
import { Link } from '@tanstack/react-router';
import { clock, duration, utc } from '../../../parts/quantities';
import { costWords, keyOf, sizeOf, type Execution } from './view';

const ACTED = { cancel: 'Cancelled by', pause: 'Paused by', resume: 'Resumed by' } as const;

export function factsOf(execution: Execution, now: number): [string, React.ReactNode][] {
  const { startedAt, completedAt, createdAt, submittedBy, lastAction, tags, rerunOf, parent, parameters } =
    execution;
  const { scheduleId, scheduledFor, pausedAt, pausedSeconds, handlerOf, handledBy } = execution;
  const { workflowId, workflowVersion } = execution;
  const begin = startedAt ?? createdAt;
  const [cost, soFar, estimate] = costWords(execution);
  const size = sizeOf(parameters);
  return [
    [
      'Workflow',
      <Link key="w" to="/workflows/$id" params={{ id: workflowId }} className="plain">
        {workflowId} {workflowVersion}
      </Link>,
    ],
    [
      startedAt ? 'Started' : 'Accepted',
      <time key="s" dateTime={begin} title={utc(begin)}>
        {clock(begin)}
      </time>,
    ],
    [
      completedAt ? 'Took' : 'Elapsed',
      duration((completedAt ? Date.parse(completedAt) : now) - Date.parse(begin)),
    ],
    ...(completedAt
      ? [
          [
            'Finished',
            <time key="f" dateTime={completedAt} title={utc(completedAt)}>
              {clock(completedAt)}
            </time>,
          ] as [string, React.ReactNode],
        ]
      : []),
    [
      cost,
      <>
        {soFar}
        {estimate && <span className="quiet"> of about {estimate}</span>}
      </>,
    ],
    ...(pausedAt || pausedSeconds > 0
      ? [['Paused for', pausedFor(execution, now)] as [string, React.ReactNode]]
      : []),
    ...(submittedBy ? [['Submitted by', submittedBy] as [string, React.ReactNode]] : []),
    ...(lastAction
      ? [
          [
            ACTED[lastAction.action],
            <span key="a" title={utc(lastAction.at)}>
              {lastAction.by}
            </span>,
          ] as [string, React.ReactNode],
        ]
      : []),
    ...(size ? [[size.name, size.words] as [string, React.ReactNode]] : []),
    ...(tags.length > 0 ? [['Tags', <Tags key="t" of={tags} />] as [string, React.ReactNode]] : []),
    ...(scheduleId && scheduledFor
      ? [
          [
            'Started by',
            <Link key="h" to="/schedules/$id" params={{ id: scheduleId }} className="plain">
              its schedule, for {utc(scheduledFor)}
            </Link>,
          ] as [string, React.ReactNode],
        ]
      : []),
    ...(parent
      ? [
          [
            'Run by',
            <Link
              key="p"
              to="/executions/$id"
              params={{ id: parent.executionId }}
              search={{ task: keyOf(parent) }}
              className="plain"
            >
              {parent.taskId} of <span className="mono">{parent.executionId.slice(0, 8)}</span>
            </Link>,
          ] as [string, React.ReactNode],
        ]
      : []),
    ...(handlerOf
      ? [['Handles the failure of', <Short key="o" id={handlerOf} />] as [string, React.ReactNode]]
      : []),
    ...(handledBy ? [['Failure handled by', handlerWords(handledBy)] as [string, React.ReactNode]] : []),
    ...(rerunOf ? [['Rerun of', <Short key="r" id={rerunOf} />] as [string, React.ReactNode]] : []),
  ];
}

const Short = ({ id }: { id: string }) => (
  <Link to="/executions/$id" params={{ id }} className="plain mono">
    {id.slice(0, 8)}
  </Link>
);

/** A handler that was refused says why. */
function handlerWords({
  workflowId,
  executionId,
  error,
}: NonNullable<Execution['handledBy']>): React.ReactNode {
  if (executionId)
    return (
      <>
        {workflowId} <Short id={executionId} />
      </>
    );
  return error ? (
    <span title={error.message}>
      nothing: {workflowId} was refused (<span className="mono">{error.code}</span>): {error.message}
    </span>
  ) : (
    `${workflowId}, which is about to start`
  );
}

/** Each tag links to the executions that have it. */
const Tags = ({ of: tags }: { of: readonly string[] }) =>
  tags.map((tag, n) => (
    <span key={tag}>
      {n > 0 && ', '}
      <Link to="/executions" search={{ tag }} className="plain">
        {tag}
      </Link>
    </span>
  ));

/** Its clocks stand still for this long, except its deadline. */
const pausedFor = ({ pausedAt, pausedSeconds }: Execution, now: number): string =>
  duration(pausedSeconds * 1_000 + (pausedAt ? now - Date.parse(pausedAt) : 0));
