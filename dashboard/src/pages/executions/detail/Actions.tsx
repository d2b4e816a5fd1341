/** The actions on an execution. The server decides; the page shows what it refuses. */
import { Button, CopyButton, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconChevronDown } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take } from '../../../api/client';
import { ConfirmDialog } from '../../../parts/dialog/ConfirmDialog';
import { problemText } from '../../../parts/page/problem';
import { useMay } from '../../../shell/session';
import { Expedite } from '../list/Expedite';
import { SendSignal } from './SendSignal';
import { EditedRerun, type Edit } from './task/EditedRerun';
import { isOver, itemsOf, splitKey, wholes, type Execution } from './view';

const curlOf = (id: string): string =>
  `curl -H "Authorization: Bearer $RADIANT_KEY" ${window.location.origin}/v1/executions/${id}`;

export function Actions({ execution, selected }: { execution: Execution; selected: string | null }) {
  const { id, status, workflowId, tasks } = execution;
  const may = useMay();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [isAsked, setAsked] = useState(false);
  const [edit, setEdit] = useState<Edit | null>(null);
  const path = { params: { path: { id } } };
  const act = useMutation({
    mutationFn: (action: 'pause' | 'resume') =>
      action === 'pause'
        ? take(api.POST('/v1/executions/{id}/pause', path))
        : take(api.POST('/v1/executions/{id}/resume', path)),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['execution', id] }),
    onError: (error) =>
      notifications.show({ color: 'red', title: 'That did not work', message: problemText(error) }),
  });
  const rerun = useMutation({
    mutationFn: (body: { from?: string; only?: string[] }) =>
      take(api.POST('/v1/executions/{id}/rerun', { ...path, body })),
    onSuccess: (begun) =>
      'id' in begun ? navigate({ to: '/executions/$id', params: { id: begun.id } }) : undefined,
    onError: (error) =>
      notifications.show({ color: 'red', title: 'It was not rerun', message: problemText(error) }),
  });
  const taskId = selected === null ? null : splitKey(selected).taskId;
  const chosen = wholes(tasks).find((task) => task.taskId === taskId);
  const name = chosen?.name;
  const hasInput =
    chosen !== undefined &&
    !['wait', 'approval', 'workflow'].includes(chosen.type) &&
    itemsOf(tasks, chosen.taskId).length === 0;
  const isDone = isOver(status);
  const waiting = tasks.find((task) => task.status === 'waiting' && task.approvalId !== null)?.approvalId;
  const left = wholes(tasks).filter(
    (task) => !['succeeded', 'failed', 'cancelled', 'skipped'].includes(task.status),
  ).length;
  const curl = (
    <CopyButton value={curlOf(id)}>
      {({ copied, copy }) => <Button onClick={copy}>{copied ? 'Copied' : 'Copy as curl'}</Button>}
    </CopyButton>
  );
  if (!may.run) return curl;
  return (
    <>
      {curl}
      <Button
        onClick={() =>
          void navigate({ to: '/workflows/$id/run', params: { id: workflowId }, search: { from: id } })
        }
      >
        Run again like this
      </Button>
      {isDone && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button rightSection={<IconChevronDown size={14} />} loading={rerun.isPending}>
              Rerun
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => rerun.mutate({})}>Tasks that did not succeed</Menu.Item>
            {taskId !== null && (
              <>
                <Menu.Item onClick={() => rerun.mutate({ from: taskId })}>
                  From {name ?? taskId}, keeping what came before
                </Menu.Item>
                <Menu.Item onClick={() => rerun.mutate({ only: [taskId] })}>
                  Only {name ?? taskId} and what depends on it, skipping other failures
                </Menu.Item>
                {hasInput && (
                  <Menu.Item onClick={() => setEdit('input')}>
                    With another input of {name ?? taskId} …
                  </Menu.Item>
                )}
                {chosen?.status !== 'succeeded' && (
                  <Menu.Item onClick={() => setEdit('output')}>
                    With a given output of {name ?? taskId} …
                  </Menu.Item>
                )}
              </>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
      {status === 'paused' && (
        <Button loading={act.isPending} onClick={() => act.mutate('resume')}>
          Resume
        </Button>
      )}
      {!isDone && status !== 'paused' && (
        <Button loading={act.isPending} onClick={() => act.mutate('pause')}>
          Pause
        </Button>
      )}
      <SendSignal execution={execution} />
      {waiting && (
        <Button renderRoot={(props) => <Link to="/approvals/$id" params={{ id: waiting }} {...props} />}>
          Open the approval
        </Button>
      )}
      {!isDone && may.edit && execution.priority > 0 && <Expedite id={id} />}
      {!isDone && (
        <Button c="var(--failed)" onClick={() => setAsked(true)}>
          Cancel execution
        </Button>
      )}
      {edit && taskId !== null && (
        <EditedRerun id={id} taskId={taskId} name={name ?? taskId} edit={edit} close={() => setEdit(null)} />
      )}
      {isAsked && (
        <ConfirmDialog
          title={`Cancel execution ${id.slice(0, 8)}?`}
          submit={`Cancel execution ${id.slice(0, 8)}`}
          run={() => take(api.POST('/v1/executions/{id}/cancel', path))}
          done={`Execution ${id.slice(0, 8)} is cancelled`}
          keys={[['execution', id]]}
          cancel="Keep it"
          close={() => setAsked(false)}
        >
          <p>
            {left === 1 ? 'The remaining task will' : `The ${left} remaining tasks will`} be cancelled. The
            results of succeeded tasks are kept, and a rerun reuses them.
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}
