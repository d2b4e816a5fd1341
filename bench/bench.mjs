/** `npm run bench`: throughput, latency and cost of an execution, beside a bare BullMQ flow in turns. bench/README.md has the method. */
import { parseArgs } from 'node:util';
import { modelOf, parametersOf, workflowOf } from './diamond.mjs';
import { startEndpoint } from './endpoint.mjs';
import { startFlow } from './flow.mjs';
import { startRadiant } from './radiant.mjs';
import { costText, figure, median, medians, percentile, printTable, say } from './report.mjs';
import { withServers } from './servers.mjs';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: 'full' },
    n: { type: 'string' },
    rounds: { type: 'string' },
    latency: { type: 'string' },
    only: { type: 'string', default: '' },
  },
});
const isSmall = values.size === 'small';
const N = Number(values.n ?? (isSmall ? 100 : 4_000));
const ROUNDS = Number(values.rounds ?? (isSmall ? 1 : 3));
const LATENCY = Number(values.latency ?? (isSmall ? 20 : 100));
/** Until then V8 compiles what runs often. */
const WARM_UP = isSmall ? 100 : 1_000;
const WORKFLOW = 'diamond';

/** What is measured in each round, in this order; `base` is what it is compared with. */
const ENGINES = [
  { name: 'flow', title: 'bare BullMQ flow', isFlow: true },
  { name: 'transform', title: 'Radiant, `transform` tasks', base: 'flow' },
  { name: 'transform-bulk', title: 'the same, in bulk', base: 'flow', isBulk: true },
  { name: 'flow-http', title: 'bare BullMQ flow, jobs call the endpoint', isFlow: true, isHttp: true },
  { name: 'http', title: 'Radiant, tasks of an `http` model', base: 'flow-http', isHttp: true },
  { name: 'http-bulk', title: 'the same, in bulk', base: 'flow-http', isHttp: true, isBulk: true },
];
const only = values.only.split(',').filter(Boolean);
const chosen = ENGINES.filter(({ name, isFlow }) => only.length === 0 || isFlow || only.includes(name));

await withServers(async (servers) => {
  const endpoint = await servers.own(startEndpoint());
  const results = new Map(chosen.map(({ name }) => [name, []]));
  for (let round = 1; round <= ROUNDS; round += 1)
    for (const engine of chosen) {
      const measure = engine.isFlow ? measureFlow : measureRadiant;
      const result = await measure(servers, engine, endpoint);
      results.get(engine.name).push(result);
      say(
        `round ${round}/${ROUNDS} ${engine.name}: ${figure(result.rate)} executions/s, ${costText(result, 1)}`,
      );
    }
  print(results);
});

async function measureFlow(servers, { isHttp }, endpoint) {
  const flow = await startFlow(servers, { endpoint: isHttp ? endpoint.url : undefined });
  await flow.request({ flows: WARM_UP });
  let run;
  const cost = await flow.count(async () => (run = await flow.request({ flows: N })));
  const alone = [];
  const gaps = [];
  for (let n = 0; n < LATENCY; n += 1) {
    const one = await flow.request({ flows: 1 });
    alone.push(one.end - one.start);
    gaps.push(...one.gaps);
  }
  await flow.stop();
  return resultOf(cost, run.end - run.start, alone, gaps);
}

async function measureRadiant(servers, { isHttp, isBulk }, endpoint) {
  const radiant = await startRadiant(servers);
  if (isHttp) await radiant.ask('POST', '/v1/models', modelOf('no_op', endpoint.url, 50));
  await radiant.ask('POST', '/v1/workflows', workflowOf(WORKFLOW, { modelId: isHttp ? 'no_op' : undefined }));
  const submit = (count) =>
    isBulk ? radiant.submitInBulk(WORKFLOW, count) : radiant.submit(WORKFLOW, count);
  const warm = Date.now();
  await submit(WARM_UP);
  await radiant.untilEnded(warm);

  let lasted;
  const cost = await radiant.count(async () => {
    const start = Date.now();
    await submit(N);
    lasted = (await radiant.untilEnded(start)) - start;
  });
  const alone = [];
  const ids = [];
  for (let n = 0; n < (isBulk ? 0 : LATENCY); n += 1) {
    const start = performance.now();
    ids.push(await radiant.callOne(WORKFLOW, parametersOf(n)));
    alone.push(performance.now() - start);
  }
  const gaps = await radiant.gapsOf(ids);
  await radiant.stop();
  return resultOf(cost, lasted, alone, gaps);
}

function resultOf(cost, lastedMs, alone, gaps) {
  const each = Object.fromEntries(Object.entries(cost).map(([key, value]) => [key, value / N]));
  return {
    ...each,
    rate: N / (lastedMs / 1000),
    alone50: median(alone),
    alone99: percentile(alone, 0.99),
    gap50: median(gaps),
    gap99: percentile(gaps, 0.99),
  };
}

function print(results) {
  const pair = (a, b) => (Number.isNaN(a) ? '–' : `${figure(a)} / ${figure(b)}`);
  const rows = chosen.map(({ name, title, base, isFlow }) => {
    const mine = results.get(name);
    const m = medians(mine);
    const ratio = base ? median(mine.map(({ rate }, round) => rate / results.get(base)[round].rate)) : 1;
    const parts = [m.engine, m.postgres, m.redis, m.client].map((part, n) =>
      isFlow && n === 1 ? '–' : figure(part),
    );
    return [
      title, m.rate, ratio, pair(m.alone50, m.alone99), pair(m.gap50, m.gap99),
      m.cpu, parts.join(' + '), m.statements, m.walKb, m.commands,
    ]; // prettier-ignore
  });
  printTable(
    [
      'engine', 'executions/s', '÷ bare flow', 'one alone p50 / p99, ms', 'task end → next start p50 / p99, ms',
      'CPU ms', 'engine + PostgreSQL + Redis + client', 'PostgreSQL calls', 'WAL KB', 'Redis commands',
    ],
    rows,
  ); // prettier-ignore
  process.stdout.write(
    `\n${N} executions, the medians of ${ROUNDS} rounds; ${LATENCY} alone. CPU, calls, WAL and commands are for one execution.\n`,
  );
}
