/** The models that are on, the reasons, the current cost, and the brakes. */
import { useQuery } from '@tanstack/react-query';
import { api, take } from '../../../api/client';
import { useLive } from '../../../api/live';
import { Card } from '../../../parts/page/Card';
import { Page } from '../../../parts/page/Page';
import { usd } from '../../../parts/quantities';
import { ErrorNotice } from '../../../parts/page/ErrorNotice';
import { Brakes } from './Brakes';
import { HeatTable } from './HeatTable';
import { Orphans } from './Orphans';
import classes from '../Operations.module.css';

export default function Thermal() {
  useLive('/v1/events', [['thermal']]);
  const { data, error, refetch } = useQuery({
    queryKey: ['thermal', 'now'],
    queryFn: () => take(api.GET('/v1/thermal')),
  });
  const isOn = data?.models.filter(({ billed }) => billed > 0).length ?? 0;
  return (
    <Page
      title="Thermal"
      facts={
        data
          ? [
              ['Costs now', `${usd(data.usdPerHour)} per hour`],
              ['On', `${isOn} of ${data.models.length} models`],
              ['Instances that bill', String(data.models.reduce((sum, { billed }) => sum + billed, 0))],
            ]
          : []
      }
    >
      {error && !data && <ErrorNotice error={error} retry={() => void refetch()} />}
      {data && data.permissionsMissing.length > 0 && (
        <Card title="Missing permissions" aside="Radiant cannot turn everything off without them" flush>
          <ul className={classes.list}>
            {data.permissionsMissing.map(({ action, reason }) => (
              <li key={action}>
                <code>{action}</code>{' '}
                <span className="quiet">
                  {reason ?? 'The provider refused it.'} Allow it in the policy of Radiant’s role. It is
                  checked again when the thermal service starts.
                </span>
              </li>
            ))}
          </ul>
        </Card>
      )}
      <HeatTable models={data?.models} />
      {data && <Orphans orphans={data.orphans} />}
      {data && <Brakes brakes={data.brakes} />}
    </Page>
  );
}
