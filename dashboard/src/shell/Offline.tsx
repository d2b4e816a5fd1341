/** Says since when the server is away, and that the shown data is old. */
import { onlineManager, useQueryClient, type Query } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Problem } from '../api/client';
import classes from './Shell.module.css';

const AGAIN_MS = 3_000;

/** No answer at all, or a gateway's answer without a server behind it. */
const isAway = (reason: unknown): boolean =>
  reason != null && (!(reason instanceof Problem) || [502, 503, 504].includes(reason.status));
const isLost = ({ state }: Query): boolean => isAway(state.error) || isAway(state.fetchFailureReason);
/** A refusal is an answer too. */
const hasAnswered = ({ state }: Query, since: Date): boolean =>
  state.dataUpdatedAt > since.getTime() ||
  (state.errorUpdatedAt > since.getTime() && state.error !== null && !isAway(state.error));

export function Offline() {
  const queries = useQueryClient();
  const [since, setSince] = useState<Date | null>(null);
  useEffect(() => {
    const look = () => {
      const asked = queries.getQueryCache().findAll({ type: 'active' });
      const away = !onlineManager.isOnline() || asked.some(isLost);
      // A request that is still open says nothing. Only an answer ends the absence.
      setSince((before) => {
        if (away) return before ?? new Date();
        return before && !asked.some((query) => hasAnswered(query, before)) ? before : null;
      });
    };
    look();
    // Runs after the cache has stored the answer, not during that.
    return queries.getQueryCache().subscribe(() => queueMicrotask(look));
  }, [queries]);
  const isOut = since !== null;
  useEffect(() => {
    if (!isOut) return undefined;
    const timer = window.setInterval(() => {
      const anyLost = queries.getQueryCache().findAll({ type: 'active', predicate: isLost }).length > 0;
      const predicate = anyLost ? isLost : () => true;
      void queries.refetchQueries({ type: 'active', predicate }, { cancelRefetch: false });
    }, AGAIN_MS);
    // Queries that did not fail may be old as well.
    return () => {
      window.clearInterval(timer);
      void queries.invalidateQueries();
    };
  }, [isOut, queries]);
  if (!since) return null;
  return (
    <div role="status" className={classes.away}>
      The server has been away since {since.toLocaleTimeString('en-GB')}. The shown data is old. Radiant
      reloads it when the server is back.
    </div>
  );
}
