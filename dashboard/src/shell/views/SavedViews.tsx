/** Saves what the page shows under a name, and lists the saved views of this page. */
import { ActionIcon, Button, Menu, TextInput } from '@mantine/core';
import { IconBookmark, IconTrash } from '@tabler/icons-react';
import { useRouter, useRouterState } from '@tanstack/react-router';
import { useState } from 'react';
import { useViews } from './views';

export function SavedViews() {
  const router = useRouter();
  const { pathname, href } = useRouterState({ select: ({ location }) => location });
  const { views, save, remove } = useViews();
  const [name, setName] = useState('');
  const here = views.filter((view) => view.href.split('?')[0] === pathname);
  return (
    <Menu position="bottom-end" width={280} closeOnItemClick>
      <Menu.Target>
        <Button leftSection={<IconBookmark size={16} />}>Views</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {here.length > 0 && <Menu.Label>Saved</Menu.Label>}
        {here.map((view) => (
          <div key={view.name} style={{ display: 'flex', alignItems: 'center' }}>
            <Menu.Item onClick={() => router.history.push(view.href)}>{view.name}</Menu.Item>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Forget the view ${view.name}`}
              onClick={() => remove(view.name)}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </div>
        ))}
        <form
          style={{ display: 'flex', gap: 8, padding: 8, alignItems: 'end' }}
          onSubmit={(event) => {
            event.preventDefault();
            save({ name: name.trim(), href });
            setName('');
          }}
        >
          <TextInput
            label="Save what is shown as"
            placeholder="Failed today"
            size="xs"
            maxLength={60}
            style={{ flex: 1 }}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            onKeyDown={(event) => event.stopPropagation()}
          />
          <Button type="submit" disabled={name.trim() === ''}>
            Save
          </Button>
        </form>
      </Menu.Dropdown>
    </Menu>
  );
}
