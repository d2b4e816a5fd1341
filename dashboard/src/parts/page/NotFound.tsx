/** The page for an unknown address. */
import { Button, Group } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { Link, useRouterState } from '@tanstack/react-router';
import { Empty } from './Empty';
import { Page } from './Page';

export function NotFound() {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  return (
    <Page title="Not found">
      <Empty
        action={
          <Group justify="center" gap={16}>
            <Button onClick={() => spotlight.open()}>Search</Button>
            <Link to="/" className="plain">
              To the overview
            </Link>
          </Group>
        }
      >
        There is no page at <span className="mono">{path}</span>.
      </Empty>
    </Page>
  );
}
