/** CPU of an execution where many models serve many tenants, each of which has a backlog. */
import { modelOf, parametersOf, workflowOf } from '../diamond.mjs';
import { startEndpoint } from '../endpoint.mjs';
import { each, startRadiant } from '../radiant.mjs';
import { costText, figure, say } from '../report.mjs';

const PER_TENANT = 2;

export async function tenants(servers, sized) {
  const [models, people] = [sized(500), sized(1_000)];
  const executions = PER_TENANT * people;
  const one = await costOf(servers, { models: 1, people: 1, executions });
  const rows = [];
  for (const more of [
    { models, people: 1 },
    { models: 1, people },
    { models, people },
  ]) {
    const cost = await costOf(servers, { ...more, executions });
    rows.push([`${figure(more.models)} models, ${figure(more.people)} tenants`, one, cost, cost / one]);
  }
  const unit = `tenants: CPU ms per execution, ${figure(executions)} executions`;
  return { head: [unit, 'one of each', 'many', 'ratio'], rows };
}

async function costOf(servers, { models, people, executions }) {
  const radiant = await startRadiant(servers);
  const endpoint = await servers.own(startEndpoint());
  await each(models, async (n) => {
    await radiant.ask('POST', '/v1/models', modelOf(`m${n}`, endpoint.url, 50));
    await radiant.ask('POST', '/v1/workflows', workflowOf(`w${n}`, { modelId: `m${n}` }));
  });
  const keys = [];
  await each(people, async (n) => keys.push(await keyOfNewTenant(radiant, n)));
  const runAll = async () => {
    const start = Date.now();
    endpoint.hold(); // until everybody waits
    await each(executions, (n) => radiant.submitOne(`w${n % models}`, parametersOf(n), keys[n % people]));
    endpoint.release();
    await radiant.untilEnded(start);
  };
  await runAll(); // warms each model and tenant up
  const cost = await radiant.count(runAll);
  say(`${figure(models)} models, ${figure(people)} tenants: ${costText(cost, executions)}`);
  await radiant.stop();
  return cost.cpu / executions;
}

async function keyOfNewTenant(radiant, n) {
  const tenant = await radiant.ask('POST', '/v1/tenants', {
    name: `tenant ${n}`,
    tier: 3,
    commercial: false,
  });
  const user = await radiant.ask('POST', '/v1/users', {
    email: `user@tenant${n}.example`,
    role: 'tenant_user',
    tenantId: tenant.id,
  });
  const { key } = await radiant.ask('POST', '/v1/api-keys', { name: 'bench', userId: user.id });
  return key;
}
