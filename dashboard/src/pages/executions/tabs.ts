/** The parts of an execution's page, and what is laid over its graph, as they stand in the address. */
export const OVERLAYS = ['status', 'duration', 'cost', 'thermal'] as const;
export const TABS = ['output', 'input', 'parameters', 'events', 'attributions'] as const;
