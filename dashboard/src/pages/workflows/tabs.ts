/** The tabs of a workflow's page and of its editor, by their names in the address. */
export const TABS = ['graph', 'parameters', 'schemas', 'versions', 'history', 'api'] as const;
export const PAGES = ['tasks', 'parameters', 'details'] as const;
