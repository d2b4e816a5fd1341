/** The views that are saved in this browser. */
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Card } from '../../../parts/page/Card';
import { DataTable } from '../../../parts/table/DataTable';
import { Empty } from '../../../parts/page/Empty';
import { useViews } from '../../../shell/views/views';

export function Views() {
  const { views, remove } = useViews();
  return (
    <Card title="Saved views" aside="saved in this browser; the palette finds them" flush>
      <DataTable
        label="Saved views"
        rows={views}
        keyOf={({ name }) => name}
        columns={[
          {
            head: 'Name',
            cell: ({ name, href }) => (
              <Link to={href} className="plain">
                {name}
              </Link>
            ),
          },
          { head: 'Address', cell: ({ href }) => <code className="faint">{href}</code> },
          {
            head: '',
            cell: ({ name }) => (
              <Button onClick={() => remove(name)} aria-label={`Forget the view ${name}`}>
                Forget
              </Button>
            ),
            number: true,
          },
        ]}
        empty={
          <Empty
            action={
              <Link to="/executions" className="plain">
                Open executions
              </Link>
            }
          >
            No view is saved yet. Filter a list and choose Views, Save.
          </Empty>
        }
      />
    </Card>
  );
}
