/** CPU of an execution while many others are alive. */
import { setTimeout as sleep } from 'node:timers/promises';
import { modelOf, workflowOf } from '../diamond.mjs';
import { startEndpoint } from '../endpoint.mjs';
import { startRadiant } from '../radiant.mjs';
import { costText, figure, say } from '../report.mjs';
import { repeated } from './repeated.mjs';

const FEW = 50;

export async function backlog(servers, sized) {
  const many = sized(5_000, 2 * FEW);
  const measured = sized(500, 100);
  const rows = [];
  for (const modelId of [undefined, 'no_op']) {
    const tasks = modelId ? 'tasks of a model' : '`transform` tasks';
    const [few, most] = [
      await whileOthersWait(servers, { modelId, alive: FEW, measured }),
      await whileOthersWait(servers, { modelId, alive: many, measured }),
    ];
    rows.push([
      `${tasks}, while ${figure(many)} others wait for a busy model ÷ ${FEW}`,
      few,
      most,
      most / few,
    ]);
  }
  const slowly = await draining(servers, many, FEW);
  const atOnce = await draining(servers, many, many);
  rows.push([
    `${figure(many)} with tasks of a model, submitted at once ÷ ${FEW} at a time`,
    slowly,
    atOnce,
    atOnce / slowly,
  ]);
  return { head: ['backlog: CPU ms per execution', 'few', 'many', 'ratio'], rows };
}

/** `alive` executions wait for a model whose one slot is taken, while others run from beginning to end. */
async function whileOthersWait(servers, { modelId, alive, measured }) {
  const radiant = await startRadiant(servers);
  const [busy, endpoint] = [await servers.own(startEndpoint()), await servers.own(startEndpoint())];
  busy.hold();
  await radiant.ask('POST', '/v1/models', modelOf('busy', busy.url, 1));
  await radiant.ask('POST', '/v1/models', modelOf('no_op', endpoint.url, FEW));
  await radiant.ask('POST', '/v1/workflows', workflowOf('waiting', { modelId: 'busy' }));
  await radiant.ask('POST', '/v1/workflows', workflowOf('diamond', { modelId }));
  await radiant.submitInBulk('waiting', alive);
  while ((await radiant.database.query(UNDECIDED)).rows[0].undecided) await sleep(100);
  const cost = await repeated(radiant, measured, `${figure(alive)} waiting: `);
  await radiant.stop();
  return cost;
}

/** Whether the scheduler has not released every first task yet. */
const UNDECIDED = `
  /* bench: */ select exists (
    select from task_executions where task_id = 'validate_input' and status = 'pending') as undecided`;

/** So many executions in all, `alive` of them at a time. */
async function draining(servers, count, alive) {
  const radiant = await startRadiant(servers);
  const endpoint = await servers.own(startEndpoint());
  await radiant.ask('POST', '/v1/models', modelOf('no_op', endpoint.url, FEW));
  await radiant.ask('POST', '/v1/workflows', workflowOf('diamond', { modelId: 'no_op' }));
  const cost = await radiant.count(async () => {
    for (let from = 0; from < count; from += alive) {
      const start = Date.now();
      await radiant.submitInBulk('diamond', Math.min(alive, count - from));
      await radiant.untilEnded(start);
    }
  });
  say(`${figure(alive)} at a time: ${costText(cost, count)}`);
  await radiant.stop();
  return cost.cpu / count;
}
