/** CPU of a task in a large graph, and of an item of a long map. */
import { modelOf, workflowOf } from '../diamond.mjs';
import { startEndpoint } from '../endpoint.mjs';
import { startRadiant } from '../radiant.mjs';
import { costText, figure, say } from '../report.mjs';

const FEW = 10;
/** Executions of ten tasks, one after the other. */
const TIMES = 20;

const numbers = (count) => Array.from({ length: count }, (_, n) => n);
const graphOf = (count, before) =>
  Object.fromEntries(numbers(count).map((n) => [`t${n}`, [...new Set(before(n))].map((m) => `t${m}`)]));
/** Graphs of `count` tasks, by the name of their shape. */
const SHAPES = {
  chain: (count) => graphOf(count, (n) => (n === 0 ? [] : [n - 1])),
  fan: (count) =>
    graphOf(count, (n) => {
      if (n === 0) return [];
      return n < count - 1 ? [0] : numbers(count - 2).map((m) => m + 1);
    }),
  // Each depends on up to three of those before it; the same ones in each run.
  random: (count) =>
    graphOf(count, (n) =>
      n === 0 ? [] : [7919, 104_729, 1_299_709].map((step) => (n * step) % n || step % n),
    ),
};

export async function graphs(servers, sized) {
  const many = sized(10_000);
  const rows = [];
  for (const modelId of [undefined, 'no_op']) {
    for (const shape of [...Object.keys(SHAPES), 'map']) {
      const radiant = await startRadiant(servers);
      const endpoint = await servers.own(startEndpoint());
      await radiant.ask('POST', '/v1/models', modelOf('no_op', endpoint.url, 50));
      const few = await costOf(radiant, { shape, modelId, count: FEW, times: TIMES });
      const most = await costOf(radiant, { shape, modelId, count: many, times: 1 });
      await radiant.stop();
      rows.push([`${shape}, ${modelId ? 'tasks of a model' : '`transform` tasks'}`, few, most, most / few]);
    }
  }
  const unit = 'graphs: CPU ms per task, or per item of the map';
  return { head: [unit, `of ${FEW}`, `of ${figure(many)}`, 'ratio'], rows };
}

async function costOf(radiant, { shape, modelId, count, times }) {
  const isMap = shape === 'map';
  const workflowId = `${shape}_${count}`;
  const graph = isMap ? { t: [] } : SHAPES[shape](count);
  const map = isMap ? { over: 'params.items' } : undefined;
  const input = { n: isMap ? 'item' : '1' };
  const parameters = { sequence: 'M', request: 'graph', ...(isMap && { items: numbers(count) }) };
  await radiant.ask('POST', '/v1/workflows', workflowOf(workflowId, { graph, modelId, map, input }));
  const cost = await radiant.count(async () => {
    for (let time = 0; time < times; time += 1) {
      const start = Date.now();
      await radiant.submitOne(workflowId, parameters);
      await radiant.untilEnded(start);
    }
  });
  const tasks = count * times;
  say(`${shape} of ${figure(count)}, ${modelId ?? 'transform'}: ${costText(cost, tasks)}`);
  return cost.cpu / tasks;
}
