/** The API reference, made from the OpenAPI document. Routes that only read can be tried. */
import { Skeleton, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { problemOf } from '../../../api/client';
import { Card } from '../../../parts/page/Card';
import { Empty } from '../../../parts/page/Empty';
import { Page } from '../../../parts/page/Page';
import { plural } from '../../../parts/quantities';
import { ErrorNotice } from '../../../parts/page/ErrorNotice';
import { groups, type Document } from './openapi';
import { Operation } from './Operation';
import classes from '../Administration.module.css';

const page = getRouteApi('/api');

async function readDocument(): Promise<Document> {
  const response = await fetch('/openapi.json');
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as Document;
}

export default function Reference() {
  const { q } = page.useSearch();
  const navigate = page.useNavigate();
  const { data, error, refetch } = useQuery({
    queryKey: ['openapi'],
    queryFn: readDocument,
    staleTime: Infinity,
  });
  const found = data ? groups(data, q) : [];
  return (
    <Page
      title="API reference"
      actions={
        <>
          <a href="/openapi.json" className="plain">
            openapi.json
          </a>
          <a href="/docs" className="plain">
            Swagger UI
          </a>
        </>
      }
    >
      <p className="quiet" style={{ margin: 0, maxWidth: '72ch' }}>
        The dashboard uses only this API. Send <code>Authorization: Bearer</code> with an API key; lists are
        pages of <code>items</code> and <code>nextCursor</code>; errors are RFC 9457 with a stable{' '}
        <code>code</code>.
      </p>
      <TextInput
        type="search"
        aria-label="Find a route"
        placeholder="Find a route"
        value={q ?? ''}
        maw={360}
        onChange={(event) =>
          void navigate({
            search: event.currentTarget.value ? { q: event.currentTarget.value } : {},
            replace: true,
          })
        }
      />
      {error && !data && <ErrorNotice error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton height={320} radius={8} />}
      {data && (
        <div className={classes.columns}>
          <nav aria-label="Routes by group">
            <ul className={classes.contents}>
              {found.map(([tag, operations]) => (
                <li key={tag}>
                  <a href={`#${tag}`}>
                    {title(tag)} <span className="faint">{operations.length}</span>
                  </a>
                </li>
              ))}
            </ul>
          </nav>
          <div className={classes.operations}>
            {found.length === 0 && <Empty>No route has this name.</Empty>}
            {found.map(([tag, operations]) => (
              <div key={tag} id={tag}>
                <Card title={title(tag)} aside={plural(operations.length, 'route')} flush>
                  <div style={{ paddingBottom: 8 }}>
                    {operations.map((operation) => (
                      <Operation key={operation.anchor} operation={operation} document={data} />
                    ))}
                  </div>
                </Card>
              </div>
            ))}
          </div>
        </div>
      )}
    </Page>
  );
}

const title = (tag: string) => tag.replaceAll(/[-_]/g, ' ').replace(/^./, (first) => first.toUpperCase());
