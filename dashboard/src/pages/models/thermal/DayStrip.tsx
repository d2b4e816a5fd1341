/** The thermal state of a model in the last 24 hours, as a strip and as a table. */
import { useQuery } from '@tanstack/react-query';
import { HeatStrip, StripScale } from '../../../parts/charts/HeatStrip';
import { Card } from '../../../parts/page/Card';
import { ErrorNotice } from '../../../parts/page/ErrorNotice';
import { utc } from '../../../parts/quantities';
import { Heat } from '../../../parts/state/State';
import classes from '../form/Form.module.css';
import { heatQuery } from '../queries';

export function DayStrip({ modelId, name }: { modelId: string; name: string }) {
  const { data, error, refetch } = useQuery(heatQuery());
  const spans = data?.items.find((item) => item.modelId === modelId)?.spans ?? [];
  return (
    <Card title="Last 24 hours">
      {error ? (
        <ErrorNotice error={error} retry={() => void refetch()} />
      ) : (
        data && (
          <>
            <HeatStrip
              spans={spans}
              from={data.from}
              to={data.to}
              label={`Heat of ${name} in the last 24 hours`}
            />
            <StripScale from={data.from} to={data.to} />
            <details>
              <summary className="quiet">View as table</summary>
              <table className={classes.table}>
                <thead>
                  <tr>
                    <th scope="col">Heat</th>
                    <th scope="col">From</th>
                    <th scope="col">To</th>
                  </tr>
                </thead>
                <tbody>
                  {spans.map(({ heat, from, to }) => (
                    <tr key={from}>
                      <td>
                        <Heat of={heat} />
                      </td>
                      <td>{utc(from)}</td>
                      <td>{utc(to)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </details>
          </>
        )
      )}
    </Card>
  );
}
