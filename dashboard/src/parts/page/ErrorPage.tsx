import type { ErrorComponentProps } from '@tanstack/react-router';
import { Page } from './Page';
import { ErrorNotice } from './ErrorNotice';

export function ErrorPage({ error, reset }: ErrorComponentProps) {
  return (
    <Page title="Something broke">
      <ErrorNotice error={error} retry={reset} />
    </Page>
  );
}
