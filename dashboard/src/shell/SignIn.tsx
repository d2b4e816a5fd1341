/** Sign-in: an API key is exchanged for a session cookie and stored nowhere. */
import { Button, PasswordInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, take } from '../api/client';
import { problemText } from '../parts/page/problem';
import { Logo } from './Logo';

export function SignIn() {
  const [key, setKey] = useState('');
  const queries = useQueryClient();
  const enter = useMutation({
    mutationFn: () => take(api.POST('/v1/session', { body: { key: key.trim() } })),
    onSuccess: (session) => {
      // Data of another user is removed; the shell keeps the query of the session, which has a new answer.
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
      queries.setQueryData(['session'], session);
    },
  });
  useEffect(() => {
    document.title = 'Sign in · Radiant';
  }, []);
  return (
    <main style={{ minHeight: '100vh', display: 'grid', placeItems: 'center', padding: 24 }}>
      <form
        style={{ width: 'min(360px, 100%)', display: 'flex', flexDirection: 'column', gap: 16 }}
        onSubmit={(event) => {
          event.preventDefault();
          enter.mutate();
        }}
      >
        <h1 style={{ margin: 0, fontSize: 20, display: 'flex', gap: 8, alignItems: 'center' }}>
          <Logo /> Radiant
        </h1>
        <PasswordInput
          label="API key"
          description="It begins with rdt_. Radiant prints the first one when it starts."
          placeholder="rdt_…"
          autoComplete="current-password"
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
          error={enter.error && problemText(enter.error)}
          data-autofocus
          required
        />
        <Button type="submit" variant="filled" size="sm" loading={enter.isPending}>
          Sign in
        </Button>
      </form>
    </main>
  );
}
