/** The entry point of the dashboard. */
import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import '@mantine/spotlight/styles.layer.css';
import './tokens.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Problem, signedOut } from './api/client';
import { makeRouter } from './router';
import { theme, variables } from './theme';

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
// The scroll lock of dialogs adds a style element, and reads the nonce here.
Object.assign(globalThis, { __webpack_nonce__: nonce });

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // A refused request is not retried. A server that is away may come back.
      retry: (times, error) => !(error instanceof Problem) && times < 3,
    },
  },
});
const router = makeRouter(queries);

signedOut.addEventListener('out', () => queries.setQueryData(['session'], null));

// After a deployment the files of an open page are gone, so the page reloads. While the server is away, it waits,
// or the browser would show its own page instead.
window.addEventListener('vite:preloadError', (event) => {
  event.preventDefault();
  void reloadOnceThere();
});

async function reloadOnceThere(): Promise<void> {
  const { ok } = await fetch('/healthz').catch(() => ({ ok: false }));
  if (ok) window.location.reload();
  else setTimeout(() => void reloadOnceThere(), 1_000);
}

createRoot(document.querySelector('#root') as HTMLElement).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queries}>
        <Notifications position="bottom-right" />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
