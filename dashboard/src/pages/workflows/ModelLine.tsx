/** The thermal state of a model and the length of its queue. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Warmth } from '../../parts/state/State';
import { modelQuery } from './queries';
import { ahead } from './run/quote';

const AGAIN_MS = 15_000;

export function ModelLine({ id }: { id: string }) {
  const { data } = useQuery({ ...modelQuery(id), refetchInterval: AGAIN_MS });
  return (
    <div>
      <dt>
        <Link to="/models/$id" params={{ id }} className="plain">
          {data?.displayName ?? id}
        </Link>{' '}
        {data && <Warmth of={data.heat.state} managed={data.managed} />}
      </dt>
      <dd>{data ? ahead(data.heat.waiting) : '–'}</dd>
    </div>
  );
}
