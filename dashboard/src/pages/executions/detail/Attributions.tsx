/** The attributions that the output must carry, the heaviest obligation first, and the NOTICE file. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, take } from '../../../api/client';
import { ExternalLink } from '../../../parts/page/ExternalLink';
import { Card } from '../../../parts/page/Card';
import { DataTable } from '../../../parts/table/DataTable';
import { Empty } from '../../../parts/page/Empty';
import { State } from '../../../parts/state/State';
import { obligationsOf } from './obligations';

export function Attributions({ id, status }: { id: string; status: string }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['execution', id, 'attributions', status],
    queryFn: () => take(api.GET('/v1/executions/{id}/attributions', { params: { path: { id } } })),
  });
  const rows = data && obligationsOf(data);
  return (
    <Card
      title="Attributions this output must carry"
      flush
      actions={
        rows &&
        rows.length > 0 && (
          <Button
            component="a"
            href={`/v1/executions/${id}/attributions?format=notice`}
            download="NOTICE.txt"
          >
            Download NOTICE
          </Button>
        )
      }
    >
      <DataTable
        label="Attributions"
        rows={rows}
        error={error}
        retry={() => void refetch()}
        keyOf={({ key }) => key}
        empty={<Empty>No model has contributed to this output yet, so there is nothing to attribute.</Empty>}
        columns={[
          {
            head: 'Component',
            cell: ({ component, model }) => (
              <>
                {component} <span className="faint">{model}</span>
              </>
            ),
          },
          {
            head: 'Licence',
            cell: ({ spdx, url }) => (
              <ExternalLink to={url}>
                <code>{spdx}</code>
              </ExternalLink>
            ),
          },
          {
            head: 'Notice',
            wide: true,
            cell: ({ notice, obligation }) =>
              notice ?? (
                <span className="faint">{obligation === 'None' ? 'None required' : 'Not stated'}</span>
              ),
          },
          {
            head: 'Obligation',
            cell: ({ obligation }) =>
              obligation === 'Share alike' ? (
                <State of="review_needed" plain>
                  Share alike
                </State>
              ) : obligation === 'None' ? (
                <span className="faint">None</span>
              ) : (
                obligation
              ),
          },
        ]}
      />
    </Card>
  );
}
