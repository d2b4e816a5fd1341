/** How many approvals wait for a decision of the user, beside their place in the navigation. */
import { useQuery } from '@tanstack/react-query';
import { api, take } from '../api/client';
import { useLive } from '../api/live';
import classes from './Shell.module.css';

/** The server counts no further. */
const MOST = 100;

export function ApprovalCount() {
  const { data } = useQuery({
    queryKey: ['approvals', 'count'],
    queryFn: () => take(api.GET('/v1/approvals/count')),
  });
  useLive('/v1/events', [['approvals', 'count']], 'approval');
  const waiting = data?.waiting ?? 0;
  if (waiting === 0) return null;
  return (
    <span className={classes.count}>
      {waiting >= MOST ? `${MOST - 1}+` : waiting}
      <span className="visually-hidden"> wait for your decision</span>
    </span>
  );
}
