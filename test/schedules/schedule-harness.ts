/** Schedules as users make and read them, in a ledger whose clock a test moves. */
import type { TestSystem } from '../harness/system.js';

export interface Item {
  id: string;
  [field: string]: unknown;
}

export interface Tick extends Item {
  at: string;
  state: string;
  times: number;
  code: string | null;
  message: string | null;
  execution: { id: string; status: string } | null;
}

export interface Schedules {
  ask: (
    method: string,
    path: string,
    body?: unknown,
    key?: string,
  ) => Promise<{ status: number; body: Item; headers: Headers }>;
  /** Creates one, of the workflow `quick` unless another is given. */
  make: (changes?: Record<string, unknown>, key?: string) => Promise<Item>;
  read: (id: string) => Promise<Item>;
  /** The oldest first. */
  ticks: (id: string) => Promise<Tick[]>;
  /** What became of each: `started`, `skipped overlap`, `missed 4`. */
  states: (id: string) => Promise<string[]>;
}

let made = 0;

export function openScheduleHarness(system: TestSystem): Schedules {
  const ask: Schedules['ask'] = async (method, path, body, key = system.key) => {
    const response = await system.ask(method, path, body, { authorization: `Bearer ${key}` });
    const text = await response.text();
    return { status: response.status, body: JSON.parse(text || '{}') as Item, headers: response.headers };
  };
  const ticks: Schedules['ticks'] = async (id) => {
    const { body } = await ask('GET', `/v1/schedules/${id}/ticks?limit=200`);
    return (body['items'] as Tick[]).toReversed();
  };
  return {
    ask,
    ticks,
    async make(changes = {}, key) {
      const schedule = {
        workflowId: 'quick',
        name: `schedule ${(made += 1)}`,
        intervalSeconds: 3_600,
        request: { parameters: {} },
        ...changes,
      };
      const { status, body } = await ask('POST', '/v1/schedules', schedule, key);
      if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
      return body;
    },
    read: async (id) => (await ask('GET', `/v1/schedules/${id}`)).body,
    states: async (id) =>
      (await ticks(id)).map(({ state, code, times }) =>
        [state, ...(code === null ? [] : [code]), ...(times === 1 ? [] : [times])].join(' '),
      ),
  };
}
