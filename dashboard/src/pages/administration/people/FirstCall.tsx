/** An example of a first call with a new key. */
import { Button, CopyButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Card } from '../../../parts/page/Card';
import classes from '../Administration.module.css';

export function FirstCall() {
  const call = `curl ${window.location.origin}/v1/workflows \\\n  -H "Authorization: Bearer $RADIANT_KEY"`;
  return (
    <Card
      title="The first call"
      actions={
        <>
          <CopyButton value={call}>
            {({ copied, copy }) => <Button onClick={copy}>{copied ? 'Copied' : 'Copy'}</Button>}
          </CopyButton>
        </>
      }
    >
      <pre className={classes.code}>{call}</pre>
      <p className="quiet" style={{ margin: '8px 0 0' }}>
        It lists the workflows. For all other routes see the{' '}
        <Link to="/api" className="plain">
          API reference
        </Link>
        .
      </p>
    </Card>
  );
}
