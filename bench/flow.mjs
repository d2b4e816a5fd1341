/**
 * The same work on a bare BullMQ flow, without an engine: what Redis and BullMQ alone cost. A flow is a tree, so the diamond
 * becomes the nearest tree of six jobs. Jobs are removed when they end; nothing but Redis' AOF keeps them until then.
 *
 * Run as a process of its own, producer and worker in one, it answers requests of the process that forked it.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { FlowProducer, Worker } from 'bullmq';
import { Pool } from 'undici';
import { makeCounters } from './counters.mjs';
import { OUTPUT, parametersOf } from './diamond.mjs';

const SELF = fileURLToPath(import.meta.url);
const QUEUE = 'tasks';
const CONCURRENCY = 50;
/** Flows that are added with one call. */
const TOGETHER = 50;
const ROOT = 'confidence_analysis';
/** Each job and what it depends on. */
const TREE = {
  validate_input: [],
  template_search: [],
  msa_generation: ['validate_input'],
  structure_prediction: ['msa_generation', 'template_search'],
  relaxation: ['structure_prediction'],
  confidence_analysis: ['relaxation'],
};

/** @param endpoint the URL that each job calls; without one a job only returns */
export async function startFlow(servers, { endpoint } = {}) {
  await servers.freshDatabase(); // which empties Redis
  const child = fork(SELF, [servers.redisUrl, endpoint ?? ''], { execArgv: [], detached: true });
  const ended = new Promise((resolve) => child.once('exit', () => resolve()));
  const flow = {
    async request(request) {
      child.send(request);
      const answer = await Promise.race([once(child, 'message'), ended]);
      if (!answer) throw new Error('The process of the flow has ended.');
      return answer[0];
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
  await servers.own(Promise.resolve(flow));
  await flow.request({ flows: 0 });
  return { ...flow, count: await makeCounters(servers, { engine: child.pid }) };
}

/** Answers each `{ flows }` with `{ start, end }`, when the first was submitted and the last has completed, and `gaps`, all in ms. */
async function serve(redisUrl, endpoint) {
  const { hostname: host, port, password } = new URL(redisUrl);
  const connection = { host, port: Number(port), password, maxRetriesPerRequest: null };
  const remove = { removeOnComplete: true, removeOnFail: true };
  const pool = endpoint && new Pool(new URL(endpoint).origin, { connections: CONCURRENCY });
  const spans = new Map();
  let open = 0;
  let allEnded = () => {};

  const producer = new FlowProducer({ connection });
  const worker = new Worker(
    QUEUE,
    async (job) => {
      const start = performance.now();
      const output = pool ? await invoke(pool, endpoint, job.data) : OUTPUT;
      spans.set(`${job.data.n}/${job.name}`, { start, end: performance.now() });
      return output;
    },
    { connection, concurrency: CONCURRENCY, removeOnComplete: { count: 0 }, removeOnFail: { count: 0 } },
  );
  worker.on('completed', (job) => {
    if (job.name !== ROOT) return;
    open -= 1;
    if (open === 0) allEnded();
  });
  await worker.waitUntilReady();

  const jobOf = (name, n) => ({
    name,
    queueName: QUEUE,
    data: { n, ...parametersOf(n) },
    opts: remove,
    children: TREE[name].map((child) => jobOf(child, n)),
  });
  const run = async (flows) => {
    spans.clear();
    open = flows;
    const start = performance.now();
    const done = flows > 0 && new Promise((resolve) => (allEnded = resolve));
    for (let from = 0; from < flows; from += TOGETHER) {
      const count = Math.min(TOGETHER, flows - from);
      await producer.addBulk(Array.from({ length: count }, (_, n) => jobOf(ROOT, from + n)));
    }
    await done;
    process.send({ start, end: performance.now(), gaps: gapsOf(spans) });
  };
  process.on('message', ({ flows }) => void run(flows));
}

async function invoke(pool, endpoint, { sequence, request }) {
  const headers = { 'content-type': 'application/json' };
  const { pathname: path } = new URL(endpoint);
  const answer = await pool.request({
    method: 'POST',
    path,
    headers,
    body: JSON.stringify({ sequence, request }),
  });
  return answer.body.json();
}

const gapsOf = (spans) =>
  [...spans].flatMap(([key, { start }]) => {
    const [n, name] = key.split('/');
    const before = TREE[name].map((child) => spans.get(`${n}/${child}`).end);
    return before.length > 0 ? [start - Math.max(...before)] : [];
  });

if (process.argv[1] === SELF) await serve(process.argv[2], process.argv[3]);
