/** An error where it happened: its message, its request id, and a retry. */
import { Alert, Button } from '@mantine/core';
import { Problem } from '../../api/client';
import { problemText } from './problem';

const TITLES: Record<number, string> = { 403: 'Not for your role', 404: 'Not found' };

export function ErrorNotice({ error, retry }: { error: unknown; retry?: () => void }) {
  const requestId = error instanceof Problem ? error.requestId : null;
  return (
    <Alert
      color="red"
      variant="outline"
      role="alert"
      title={TITLES[error instanceof Problem ? error.status : 0] ?? 'That did not work'}
    >
      <p style={{ margin: '0 0 8px' }}>{problemText(error)}</p>
      {requestId && (
        <p className="faint mono" style={{ margin: '0 0 8px' }}>
          request {requestId}
        </p>
      )}
      {retry && <Button onClick={retry}>Try again</Button>}
    </Alert>
  );
}
