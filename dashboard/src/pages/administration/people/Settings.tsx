/** The settings: profile and views for everybody, tenants and users for roles that may edit them. */
import { Tabs } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { Page } from '../../../parts/page/Page';
import { useMay } from '../../../shell/session';
import { Profile } from './Profile';
import { SETTINGS_TABS } from '../tabs';
import { Tenants } from './Tenants';
import { Users } from './Users';
import { Views } from './Views';

const page = getRouteApi('/settings');
type Tab = (typeof SETTINGS_TABS)[number];
const TITLES: Record<Tab, string> = {
  profile: 'Profile',
  views: 'Saved views',
  tenants: 'Tenants',
  users: 'Users',
};

export default function Settings() {
  const { tab = 'profile' } = page.useSearch();
  const navigate = page.useNavigate();
  const may = useMay();
  const mayOpen: Record<Tab, boolean> = {
    profile: true,
    views: true,
    tenants: may.edit,
    users: may.manageTenant,
  };
  const open = mayOpen[tab] ? tab : 'profile';
  return (
    <Page title="Settings">
      <Tabs
        value={open}
        onChange={(value) => void navigate({ search: { tab: value as Tab } })}
        keepMounted={false}
      >
        <Tabs.List mb={16}>
          {SETTINGS_TABS.filter((value) => mayOpen[value]).map((value) => (
            <Tabs.Tab key={value} value={value}>
              {TITLES[value]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="profile">
          <Profile />
        </Tabs.Panel>
        <Tabs.Panel value="views">
          <Views />
        </Tabs.Panel>
        <Tabs.Panel value="tenants">
          <Tenants />
        </Tabs.Panel>
        <Tabs.Panel value="users">
          <Users />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
