/** The parts of the settings, as they stand in the address. */
export const SETTINGS_TABS = ['profile', 'views', 'tenants', 'users'] as const;
