/** The tabs of the settings, by their names in the address. */
export const SETTINGS_TABS = ['profile', 'views', 'tenants', 'users'] as const;
