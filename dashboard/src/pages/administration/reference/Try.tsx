/** Calls a route that only reads, with the user's session, and shows the answer. */
import { Button, CopyButton, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { problemText } from '../../../parts/page/problem';
import { addressOf, type Parameter } from './openapi';
import classes from '../Administration.module.css';

/** Answers larger than this are not shown on the page. */
const MOST = 100_000;

async function ask(address: string) {
  const begun = performance.now();
  const response = await fetch(address, { credentials: 'same-origin' });
  const type = response.headers.get('content-type') ?? '';
  const text = /json|text|csv|xml/.test(type)
    ? await response.text()
    : `${(await response.arrayBuffer()).byteLength} bytes of ${type || 'something'}`;
  return { status: response.status, ms: Math.round(performance.now() - begun), text: pretty(text, type) };
}

function pretty(text: string, type: string): string {
  if (!type.includes('json')) return text.slice(0, MOST);
  try {
    return JSON.stringify(JSON.parse(text), null, 2).slice(0, MOST);
  } catch {
    return text.slice(0, MOST);
  }
}

export function Try({ path, parameters }: { path: string; parameters: readonly Parameter[] }) {
  const [values, setValues] = useState<Record<string, string>>({});
  const asked = parameters.filter((parameter) => parameter.in === 'path' || parameter.in === 'query');
  const address = addressOf(path, asked, values);
  const lacks = asked.some(({ name, required }) => required && !values[name]);
  const run = useMutation({ mutationFn: ask });
  const curl = `curl '${window.location.origin}${address}' -H "Authorization: Bearer $RADIANT_KEY"`;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        run.mutate(address);
      }}
    >
      <h3>Try it</h3>
      <div className={classes.row}>
        {asked.map(({ name, required = false }) => (
          <TextInput
            key={name}
            size="xs"
            label={name}
            required={required}
            value={values[name] ?? ''}
            onChange={({ currentTarget: { value } }) => setValues((now) => ({ ...now, [name]: value }))}
          />
        ))}
        <Button type="submit" variant="filled" loading={run.isPending} disabled={lacks}>
          Send
        </Button>
        <CopyButton value={curl}>
          {({ copied, copy }) => <Button onClick={copy}>{copied ? 'Copied' : 'Copy as curl'}</Button>}
        </CopyButton>
      </div>
      <p className="mono faint" style={{ overflowWrap: 'anywhere' }}>
        GET {address}
      </p>
      {run.error && (
        <p role="alert" style={{ color: 'var(--failed)' }}>
          {problemText(run.error)}
        </p>
      )}
      {run.data && (
        <div role="status">
          <p style={{ margin: '0 0 8px' }}>
            <b>{run.data.status}</b> <span className="faint">{run.data.ms} ms</span>
          </p>
          <pre className={classes.code} tabIndex={0} style={{ maxHeight: 400, overflowY: 'auto' }}>
            {run.data.text}
          </pre>
        </div>
      )}
    </form>
  );
}
