/** ⌘K: pages, saved views, and models, workflows and executions by name. */
import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight';
import { IconBookmark } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take, type Got } from '../../api/client';
import { useViews } from '../views/views';
import { placesFor } from '../places';
import { useMay } from '../session';

type Found = Got<'/v1/search'>['items'][number];
const KINDS: Record<
  Found['kind'],
  [group: string, path: '/models/$id' | '/workflows/$id' | '/executions/$id']
> = {
  model: ['Models', '/models/$id'],
  workflow: ['Workflows', '/workflows/$id'],
  execution: ['Executions', '/executions/$id'],
};

export function Palette() {
  const router = useRouter();
  const may = useMay();
  const { views } = useViews();
  const [query, setQuery] = useState('');
  const [asked] = useDebouncedValue(query.trim(), 150);
  const { data } = useQuery({
    queryKey: ['search', asked],
    queryFn: () => take(api.GET('/v1/search', { params: { query: { q: asked } } })),
    enabled: asked.length > 1,
  });
  const actions: SpotlightActionGroupData[] = [
    {
      group: 'Pages',
      actions: placesFor(may).map(({ to, title, icon: Icon, key }) => ({
        id: to,
        label: title,
        leftSection: <Icon size={17} aria-hidden />,
        rightSection: <kbd className="mono faint">g {key}</kbd>,
        onClick: () => void router.navigate({ to }),
      })),
    },
    {
      group: 'Saved views',
      actions: views.map(({ name, href }) => ({
        id: `view:${name}`,
        label: name,
        description: href,
        leftSection: <IconBookmark size={17} aria-hidden />,
        onClick: () => router.history.push(href),
      })),
    },
    ...Object.entries(KINDS).map(([wanted, [group, to]]) => ({
      group,
      actions: (data?.items ?? [])
        .filter(({ kind }) => kind === wanted)
        .map(({ kind, id, title, detail }): SpotlightActionData => ({
          id: `${kind}:${id}`,
          label: title,
          description: detail,
          // The server has matched it, perhaps by a field that is not shown.
          keywords: [query],
          onClick: () => void router.navigate({ to, params: { id } }),
        })),
    })),
  ];
  return (
    <Spotlight
      actions={actions.filter(({ actions }) => actions.length > 0)}
      shortcut="mod + K"
      tagsToIgnore={[]}
      triggerOnContentEditable
      query={query}
      onQueryChange={setQuery}
      nothingFound="Nothing has this name."
      highlightQuery
      scrollable
      maxHeight="60vh"
      searchProps={{ placeholder: 'Pages, views, models, workflows, executions', 'aria-label': 'Search' }}
    />
  );
}
