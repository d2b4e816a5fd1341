/** The problems that need attention. Each is queried only if the user's role may see it. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, take } from '../../api/client';
import { Card } from '../../parts/page/Card';
import { State } from '../../parts/state/State';
import { problemText } from '../../parts/page/problem';
import { useMay } from '../../shell/session';
import { alertsOf } from './alerts';
import classes from './Overview.module.css';

export function Alerts() {
  const may = useMay();
  const summary = useQuery({
    queryKey: ['overview', 'summary'],
    queryFn: () => take(api.GET('/v1/metrics/summary')),
  });
  const thermal = useQuery({
    queryKey: ['overview', 'thermal'],
    queryFn: () => take(api.GET('/v1/thermal')),
  });
  const licences = useQuery({
    queryKey: ['overview', 'licences'],
    queryFn: () => take(api.GET('/v1/licenses/summary')),
  });
  const budget = useQuery({
    queryKey: ['overview', 'budget'],
    queryFn: () => take(api.GET('/v1/budget')),
    enabled: may.run,
  });
  const asked = [summary, thermal, licences, ...(may.run ? [budget] : [])];
  const failures = asked.filter(({ error, data }) => error && !data);
  const alerts = alertsOf({
    failed24h: summary.data?.failed24h ?? 0,
    licences: licences.data,
    budget: budget.data,
    thermal: thermal.data,
  });
  if (asked.some(({ isPending }) => isPending)) return null;
  return (
    <Card
      title="Needs attention"
      aside={alerts.length === 0 && failures.length === 0 ? 'nothing now' : undefined}
      flush
    >
      {alerts.length + failures.length === 0 ? (
        <p className={classes.calm}>There are no failures, no expiring licences and no orphaned endpoints.</p>
      ) : (
        <ul className={classes.alerts}>
          {alerts.map(({ state, word, text, to, id, search }) => (
            <li key={word + text}>
              <State of={state}>{word}</State>
              <Link to={to} params={{ id: id ?? '' }} search={search ?? {}} className="plain">
                {text}
              </Link>
            </li>
          ))}
          {failures.map(({ error }) => (
            <li key={problemText(error)}>
              <State of="unknown">Not known</State>
              {problemText(error)}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
