/** What Radiant uses while there is nothing to do. */
import { setTimeout as sleep } from 'node:timers/promises';
import { modelOf, workflowOf } from '../diamond.mjs';
import { startEndpoint } from '../endpoint.mjs';
import { startRadiant } from '../radiant.mjs';
import { figure, say } from '../report.mjs';

/** Connections are established, code is compiled, and the memory of the first executions has been collected. */
const SETTLE_SECONDS = 50;

export async function idle(servers, sized) {
  const seconds = sized(120, 10);
  const radiant = await startRadiant(servers);
  const endpoint = await servers.own(startEndpoint());
  await radiant.ask('POST', '/v1/models', modelOf('no_op', endpoint.url, 50));
  await radiant.ask('POST', '/v1/workflows', workflowOf('diamond', { modelId: 'no_op' }));
  const start = Date.now();
  await radiant.submit('diamond', 100);
  await radiant.untilEnded(start);
  await sleep(SETTLE_SECONDS * 1000);
  say(`idle for ${figure(seconds)} seconds`);
  const cost = await radiant.count(() => sleep(seconds * 1000));
  await radiant.stop();
  const rowOf = (what, ms) => [what, (ms / (seconds * 1000)) * 100];
  return {
    head: [`idle, ${figure(seconds)} seconds`, '% of one core'],
    rows: [
      rowOf('all four services, in one process', cost.engine),
      rowOf('PostgreSQL', cost.postgres),
      rowOf('Redis', cost.redis),
      rowOf('together', cost.engine + cost.postgres + cost.redis),
    ],
  };
}
