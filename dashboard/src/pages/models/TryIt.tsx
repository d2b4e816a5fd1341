/** Leads from a model to the form of the first workflow that uses it. */
import { Button } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, take } from '../../api/client';
import { useMay } from '../../shell/session';

export function TryIt({ modelId }: { modelId: string }) {
  const may = useMay();
  const { data } = useQuery({
    queryKey: ['workflows', 'using', modelId, 'first'],
    queryFn: () => take(api.GET('/v1/workflows', { params: { query: { modelId, limit: 1 } } })),
    enabled: may.run,
  });
  const id = data?.items[0]?.id;
  if (id === undefined) return null;
  return (
    <Button
      leftSection={<IconPlayerPlay size={16} />}
      renderRoot={(props) => <Link to="/workflows/$id/run" params={{ id }} {...props} />}
    >
      Try it
    </Button>
  );
}
