import type { ErrorComponentProps } from '@tanstack/react-router';
import { Page } from './Page';
import { Trouble } from './ErrorNotice';

export function Broken({ error, reset }: ErrorComponentProps) {
  return (
    <Page title="Something broke">
      <Trouble error={error} retry={reset} />
    </Page>
  );
}
