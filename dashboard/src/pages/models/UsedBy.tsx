/** The workflows that use a model. They are shown before the model is disabled or retired. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, take } from '../../api/client';
import { ErrorNotice } from '../../parts/page/ErrorNotice';
import { usedWords } from './use';

const MOST = 20;

export function UsedBy({ id }: { id: string }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['workflows', 'using', id],
    queryFn: () =>
      take(
        api.GET('/v1/workflows', {
          params: { query: { modelId: id, includeDisabled: 'true', limit: MOST } },
        }),
      ),
  });
  if (error) return <ErrorNotice error={error} retry={() => void refetch()} />;
  if (!data) return <p className="faint">Looking for the workflows that use it …</p>;
  return (
    <div role="status">
      <p>{usedWords(data.items.length, data.nextCursor !== null)}</p>
      {data.items.length > 0 && (
        <ul>
          {data.items.map((workflow) => (
            <li key={workflow.id}>
              <Link to="/workflows/$id" params={{ id: workflow.id }} className="plain">
                {workflow.name}
              </Link>{' '}
              <code className="faint">{workflow.id}</code>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
