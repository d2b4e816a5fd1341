/** The pages that a user can open. The navigation, the palette and the shortcuts read this one list. */
import {
  IconActivity,
  IconAdjustments,
  IconApi,
  IconCalendarTime,
  IconChecks,
  IconCoin,
  IconCube,
  IconHistory,
  IconKey,
  IconLayoutDashboard,
  IconLicense,
  IconListCheck,
  IconRoute,
  IconTemperature,
  IconWebhook,
  type Icon,
} from '@tabler/icons-react';
import type { May } from './session';

export interface Place {
  to:
    | '/'
    | '/executions'
    | '/approvals'
    | '/queue'
    | '/models'
    | '/workflows'
    | '/schedules'
    | '/triggers'
    | '/licences'
    | '/thermal'
    | '/costs'
    | '/audit'
    | '/keys'
    | '/settings'
    | '/api';
  title: string;
  icon: Icon;
  /** After `g`. */
  key: string;
  group: '' | 'Catalogue' | 'Operations' | 'Administration';
  may?: keyof May;
}

export const PLACES: readonly Place[] = [
  { to: '/', title: 'Overview', icon: IconLayoutDashboard, key: 'o', group: '' },
  { to: '/executions', title: 'Executions', icon: IconActivity, key: 'r', group: '' },
  { to: '/approvals', title: 'Approvals', icon: IconChecks, key: 'p', group: '', may: 'payloads' },
  { to: '/schedules', title: 'Schedules', icon: IconCalendarTime, key: 'h', group: '' },
  { to: '/triggers', title: 'Triggers', icon: IconWebhook, key: 'i', group: '' },
  { to: '/queue', title: 'Queue', icon: IconListCheck, key: 'q', group: '', may: 'audit' },
  { to: '/models', title: 'Models', icon: IconCube, key: 'm', group: 'Catalogue' },
  { to: '/workflows', title: 'Workflows', icon: IconRoute, key: 'w', group: 'Catalogue' },
  { to: '/licences', title: 'Licences', icon: IconLicense, key: 'l', group: 'Catalogue', may: 'audit' },
  { to: '/thermal', title: 'Thermal', icon: IconTemperature, key: 't', group: 'Operations', may: 'audit' },
  { to: '/costs', title: 'Costs', icon: IconCoin, key: 'c', group: 'Operations', may: 'costs' },
  { to: '/audit', title: 'Audit log', icon: IconHistory, key: 'a', group: 'Administration', may: 'audit' },
  { to: '/keys', title: 'API keys', icon: IconKey, key: 'k', group: 'Administration' },
  { to: '/api', title: 'API reference', icon: IconApi, key: 'd', group: 'Administration' },
  { to: '/settings', title: 'Settings', icon: IconAdjustments, key: 's', group: 'Administration' },
];

export const placesFor = (may: May): readonly Place[] =>
  PLACES.filter((place) => !place.may || may[place.may]);

/** Pages that need more permissions than the list above them. */
const BELOW: readonly [path: RegExp, needs: keyof May][] = [
  [/^\/models\/new$/, 'edit'],
  [/^\/workflows\/new$/, 'edit'],
  [/^\/workflows\/[^/]+\/edit$/, 'edit'],
  [/^\/workflows\/[^/]+\/run$/, 'run'],
  [/^\/schedules\/new$/, 'run'],
  [/^\/schedules\/[^/]+\/edit$/, 'run'],
];

/** The permission that a page needs; null if everybody may open it. */
export const needOf = (pathname: string): keyof May | null =>
  BELOW.find(([path]) => path.test(pathname))?.[1] ??
  PLACES.find(({ to }) => to !== '/' && (pathname === to || pathname.startsWith(`${to}/`)))?.may ??
  null;
