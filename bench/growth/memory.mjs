/** Whether the memory of a process grows with the executions that it has run. */
import { memoryOf } from '../counters.mjs';
import { modelOf, workflowOf } from '../diamond.mjs';
import { startEndpoint } from '../endpoint.mjs';
import { startRadiant } from '../radiant.mjs';
import { figure, median, say } from '../report.mjs';

const SLICES = 20;
/** Of each five executions, four have `transform` tasks and one has tasks of a model. */
const WORKFLOWS = { transforms: 0.8, models: 0.2 };

export async function memory(servers, sized) {
  const slice = sized(100_000 / SLICES);
  const radiant = await startRadiant(servers);
  const endpoint = await servers.own(startEndpoint());
  await radiant.ask('POST', '/v1/models', modelOf('no_op', endpoint.url, 50));
  await radiant.ask('POST', '/v1/workflows', workflowOf('transforms'));
  await radiant.ask('POST', '/v1/workflows', workflowOf('models', { modelId: 'no_op' }));
  const sizes = [];
  for (let n = 1; n <= SLICES; n += 1) {
    const start = Date.now();
    for (const [workflowId, share] of Object.entries(WORKFLOWS))
      await radiant.submitInBulk(workflowId, Math.round(slice * share));
    await radiant.untilEnded(start);
    sizes.push(memoryOf(radiant.pid));
    say(`after ${figure(n * slice)} executions: ${figure(sizes.at(-1))} MB`);
  }
  await radiant.stop();
  // Garbage comes and goes: what remains shows in the middle of several readings.
  const quarter = SLICES / 4;
  const [early, late] = [median(sizes.slice(quarter, 2 * quarter)), median(sizes.slice(-quarter))];
  return {
    head: ['memory: resident MB of one process with all services', 'second quarter', 'last quarter', 'ratio'],
    rows: [[`${figure(SLICES * slice)} executions`, early, late, late / early]],
  };
}
