/** The signed-in user, the theme, and the shortcuts. */
import { Button, SegmentedControl, Switch, useMantineColorScheme } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, take } from '../../../api/client';
import { Card } from '../../../parts/page/Card';
import { Facts } from '../../../parts/page/Page';
import { utc } from '../../../parts/quantities';
import { useSession } from '../../../shell/session';
import { KEYS_OFF, SEARCH_KEY } from '../../../shell/keys';
import { problemText } from '../../../parts/page/problem';
import classes from '../Administration.module.css';

export function Profile() {
  const { session } = useSession();
  const queries = useQueryClient();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [hasKeys, setKeys] = useState(() => localStorage.getItem(KEYS_OFF) === null);
  const leave = useMutation({
    mutationFn: () => take(api.DELETE('/v1/session')),
    onSuccess: () => {
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
      queries.setQueryData(['session'], null);
    },
  });
  if (!session) return null;
  const { name, email, role, tenantName, tier, commercial, expiresAt } = session;
  return (
    <div className={classes.operations}>
      <Card
        title={name || email}
        actions={
          <Button onClick={() => leave.mutate()} loading={leave.isPending}>
            Sign out
          </Button>
        }
      >
        <Facts
          facts={[
            ['Email', email],
            ['Role', role.replaceAll('_', ' ')],
            ['Tenant', `${tenantName}, tier ${tier}`],
            ['Use', commercial ? 'commercial' : 'non-commercial'],
            ['Signed in until', utc(expiresAt)],
          ]}
        />
        {leave.error && (
          <p role="alert" style={{ color: 'var(--failed)' }}>
            {problemText(leave.error)}
          </p>
        )}
      </Card>
      <Card title="Appearance" aside="saved in this browser">
        <div className={classes.form}>
          <div>
            <SegmentedControl
              aria-label="Theme"
              value={colorScheme}
              onChange={(value) => setColorScheme(value)}
              data={[
                { value: 'light', label: 'Light' },
                { value: 'dark', label: 'Dark' },
                { value: 'auto', label: 'System' },
              ]}
            />
          </div>
          <Switch
            label="Single-key shortcuts"
            description={`j, k, x, g and the others; ${SEARCH_KEY} always works. Press ? for the list.`}
            checked={hasKeys}
            onChange={({ currentTarget: { checked } }) => {
              setKeys(checked);
              if (checked) localStorage.removeItem(KEYS_OFF);
              else localStorage.setItem(KEYS_OFF, '1');
            }}
          />
          <p className="quiet" style={{ margin: 0 }}>
            Times are in UTC.
          </p>
        </div>
      </Card>
    </div>
  );
}
