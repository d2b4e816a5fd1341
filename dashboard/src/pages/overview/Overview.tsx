/** The first page: the state of the system, or the user's own workflows and executions. */
import { useQuery } from '@tanstack/react-query';
import { api, take } from '../../api/client';
import { useLive } from '../../api/live';
import { Page } from '../../parts/page/Page';
import { ErrorNotice } from '../../parts/page/ErrorNotice';
import { useMay, useSession } from '../../shell/session';
import { GettingStarted } from './GettingStarted';
import { OperatorHome } from './OperatorHome';
import { UserHome } from './UserHome';

/** The key that all queries of this page begin with. */
const OVERVIEW = ['overview'];

export default function Overview() {
  const may = useMay();
  const { session } = useSession();
  useLive('/v1/events', [OVERVIEW]);
  const latest = useQuery({
    queryKey: [...OVERVIEW, 'latest'],
    queryFn: () => take(api.GET('/v1/executions', { params: { query: { limit: 8 } } })),
  });
  const { data, error } = latest;
  return (
    <Page title={may.audit ? 'Overview' : `Welcome${session?.name ? `, ${session.name}` : ''}`}>
      {error && !data && <ErrorNotice error={error} retry={() => void latest.refetch()} />}
      {data?.items.length === 0 && <GettingStarted />}
      {may.audit && data?.items.length !== 0 && <OperatorHome />}
      {!may.audit && <UserHome latest={data?.items} />}
    </Page>
  );
}
