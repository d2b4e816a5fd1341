import { Link } from '@tanstack/react-router';
import { Empty } from './Empty';
import { Page } from './Page';

export function Missing() {
  return (
    <Page title="Not found">
      <Empty
        action={
          <Link to="/" className="plain">
            To the overview
          </Link>
        }
      >
        There is no page at this address.
      </Empty>
    </Page>
  );
}
