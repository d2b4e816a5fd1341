/** Following an execution: each transition once and in order, from the last event that was read, until the end. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { publishWorkflow, submit } from '../harness/fixtures.js';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem({ services: ['api'] });
  await publishWorkflow(system, 'small', [
    { id: 'first', type: 'validation' },
    { id: 'second', type: 'validation' },
  ]);
});
afterAll(() => system.stop());

interface Move {
  id: number;
  event: string;
  data: {
    id: number;
    taskId: string | null;
    mapIndex: number | null;
    from: string | null;
    to: string;
    at: string;
  };
}

/** Reads events until there are `count`, or until the server ends the stream. */
async function follow(
  id: string,
  {
    after,
    count = Infinity,
    url = system.url,
    moves = [],
  }: { after?: number; count?: number; url?: string; moves?: Move[] } = {},
) {
  const response = await fetch(`${url}/v1/executions/${id}/events`, {
    headers: {
      authorization: `Bearer ${system.key}`,
      ...(after !== undefined && { 'last-event-id': String(after) }),
    },
  });
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = (text + chunk).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, number, event, data] = /^id: (\d+)\nevent: (\w+)\ndata: (.+)$/.exec(block) ?? [];
      if (data)
        moves.push({ id: Number(number), event: String(event), data: JSON.parse(data) as Move['data'] });
    }
    if (moves.length >= count) break;
  }
  return { status: response.status, moves };
}

const move = (id: string, taskId: string, status: string, more = '') =>
  system.owner.query(
    `update task_executions set status = $3 ${more} where workflow_execution_id = $1 and task_id = $2`,
    [id, taskId, status],
  );
const linesOf = ({ moves }: { moves: Move[] }) =>
  moves.map(({ data }) => `${data.taskId ?? 'execution'} ${data.to}`);

test('a stream sends past transitions, then new ones, then ends', async () => {
  const id = await submit(system, 'small');
  const following = follow(id);
  await move(id, 'first', 'ready', ', ready_at = now()');
  await move(id, 'first', 'cancelled', ', completed_at = now()');
  await system.ask('POST', `/v1/executions/${id}/cancel`);
  const { status, moves } = await following;
  expect(status).toBe(200);
  expect(linesOf({ moves })).toEqual([
    'execution pending',
    'first ready',
    'first cancelled',
    'second cancelled',
    'execution cancelled',
  ]);
  expect(moves.map(({ event }) => event)).toEqual(['execution', 'task', 'task', 'task', 'execution']);
  expect(moves[1]).toMatchObject({
    id: moves[1]?.data.id,
    data: { taskId: 'first', mapIndex: null, from: 'pending', to: 'ready', errorCode: null },
  });
});

test('a stream continues after the last event that was read, and says when nothing more will come', async () => {
  const id = await submit(system, 'small');
  await move(id, 'first', 'ready', ', ready_at = now()');
  const before = await follow(id, { count: 2 });
  expect(linesOf(before)).toEqual(['execution pending', 'first ready']);
  await system.ask('POST', `/v1/executions/${id}/cancel`);
  const after = await follow(id, { after: before.moves[1]?.id ?? 0 });
  expect(linesOf(after)).toEqual(['first cancelled', 'second cancelled', 'execution cancelled']);
  expect(await follow(id, { after: after.moves.at(-1)?.id ?? 0 })).toEqual({ status: 204, moves: [] });
});

test('a transition that was numbered first and committed last is sent too', async () => {
  const id = await submit(system, 'small');
  const slow = await system.owner.connect();
  await slow.query('begin');
  await slow.query(
    "update task_executions set status = 'ready', ready_at = now() where workflow_execution_id = $1 and task_id = 'first'",
    [id],
  );
  const moves: Move[] = [];
  const following = follow(id, { count: 3, moves });
  await move(id, 'second', 'ready', ', ready_at = now()');
  await expect.poll(() => linesOf({ moves })).toEqual(['execution pending', 'second ready']);
  await slow.query('commit');
  slow.release();
  await following;
  expect(linesOf({ moves })).toEqual(['execution pending', 'second ready', 'first ready']);
  expect(moves[2]?.id).toBeLessThan(moves[1]?.id ?? 0);
});

test('stopping the api ends the streams, and running requests still get their answer', async () => {
  const id = await submit(system, 'small');
  const another = await system.open(['api']);
  const following = follow(id, { url: another.url ?? '' });
  const running = fetch(`${another.url}/v1/executions/${id}`, {
    headers: { authorization: `Bearer ${system.key}` },
  });
  await follow(id, { url: another.url ?? '', count: 1 });
  const stopped = performance.now();
  await Promise.all([another.stop(), another.stop()]);
  expect(performance.now() - stopped).toBeLessThan(1_500);
  expect(linesOf(await following)).toEqual(['execution pending']);
  expect((await running).status).toBe(200);
  await expect(fetch(`${another.url}/healthz`)).rejects.toThrow();
});

test('an id that was never sent restarts the stream: it sends all events, and then ends', async () => {
  const id = await submit(system, 'small');
  const moves: Move[] = [];
  const following = follow(id, { after: 999_999_999_999_999, moves });
  await expect.poll(() => linesOf({ moves })).toEqual(['execution pending']);
  await system.ask('POST', `/v1/executions/${id}/cancel`);
  await following;
  const all = ['execution pending', 'first cancelled', 'second cancelled', 'execution cancelled'];
  expect(linesOf({ moves })).toEqual(all);
  const again = await follow(id, { after: 999_999_999_999_999 });
  expect(linesOf(again)).toEqual(all);
  expect((await follow(id, { after: again.moves.at(-1)?.id ?? 0 })).status).toBe(204);
});

test.each(['-1', '1.5', '1e3', 'abc', '9'.repeat(16), '0x10', '%00'])(
  'junk is refused: %s',
  async (lastSeen) => {
    const id = await submit(system, 'small');
    const headers = { authorization: `Bearer ${system.key}`, 'last-event-id': lastSeen };
    const response = await fetch(`${system.url}/v1/executions/${id}/events`, { headers });
    expect([response.status, await response.json()]).toEqual([
      422,
      expect.objectContaining({
        errors: [
          {
            path: 'headers.last-event-id',
            message: 'must be the id of the last event that was read, a whole number',
          },
        ],
      }),
    ]);
  },
);
