/** The tabs of an execution's page and the overlays of its graph, by their names in the address. */
export const OVERLAYS = ['status', 'duration', 'cost', 'thermal'] as const;
export const TABS = ['output', 'input', 'parameters', 'events', 'attributions'] as const;
