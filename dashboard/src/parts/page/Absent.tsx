/** A page whose subject could not be read. If it does not exist, the page offers a way back instead of a retry. */
import { Link } from '@tanstack/react-router';
import { Problem } from '../../api/client';
import { Empty } from './Empty';
import { ErrorNotice } from './ErrorNotice';

export function Absent({
  error,
  retry,
  what,
  id,
  list,
}: {
  error: unknown;
  retry: () => void;
  /** `execution`; its list is `executions`. */
  what: string;
  id: string;
  list: '/executions' | '/approvals' | '/models' | '/workflows' | '/schedules' | '/triggers';
}) {
  const isAbsent = error instanceof Problem && error.status === 404;
  if (!isAbsent) return <ErrorNotice error={error} retry={retry} />;
  return (
    <Empty
      action={
        <Link to={list} className="plain">
          All {what}s
        </Link>
      }
    >
      There is no {what} <span className="mono">{id}</span>, or you may not see it.
    </Empty>
  );
}
