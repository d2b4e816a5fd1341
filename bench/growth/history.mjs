/** CPU of an execution in tables that are full of old ones. */
import { modelOf, workflowOf } from '../diamond.mjs';
import { startEndpoint } from '../endpoint.mjs';
import { startRadiant } from '../radiant.mjs';
import { figure, say } from '../report.mjs';
import { repeated } from './repeated.mjs';

const TOGETHER = 5_000;

export async function history(servers, sized) {
  const count = sized(1_000_000);
  const measured = sized(500, 100);
  const radiant = await startRadiant(servers);
  const endpoint = await servers.own(startEndpoint());
  await radiant.ask('POST', '/v1/models', modelOf('no_op', endpoint.url, 50));
  await radiant.ask('POST', '/v1/workflows', workflowOf('diamond', { modelId: 'no_op' }));
  const template = await radiant.callOne('diamond', { sequence: 'M', request: 'template' });
  const young = await repeated(radiant, measured);
  const rowsOf = await copy(radiant.database, template, count);
  // As autovacuum has done it where tables have grown slowly.
  say('vacuum analyze');
  await radiant.database.query('vacuum analyze');
  await radiant.database.query('checkpoint');
  const old = await repeated(radiant, measured);
  await radiant.stop();
  return {
    head: ['history: CPU ms per execution', 'none', 'full', 'ratio'],
    rows: [[`${figure(count)} old executions, ${rowsOf}`, young, old, old / young]],
  };
}

/**
 * Adds copies of all rows that one execution left, in every table that has any: with ids of their own, and each ten seconds older.
 * The owner of the tables may switch off triggers and foreign keys, which hold for the copies as they do for the template.
 *
 * @returns how many rows each table was given, as text
 */
async function copy(database, template, count) {
  const tables = await tablesWith(database, template);
  await database.query('set session_replication_role = replica');
  for (let from = 0; from < count; from += TOGETHER) {
    const to = Math.min(from + TOGETHER, count);
    for (const { insert } of tables) await database.query(insert, [template, from + 1, to]);
    if (to % 50_000 === 0 || to === count) say(`${figure(to)} of ${figure(count)} old executions inserted`);
  }
  await database.query('reset session_replication_role');
  return tables.map(({ name, rows }) => `${figure(rows * count)} rows of \`${name}\``).join(', ');
}

async function tablesWith(database, template) {
  const { rows: keys } = await database.query(`
    select t.table_name as name,
      case t.table_name when 'workflow_executions' then 'id' else 'workflow_execution_id' end as key
    from information_schema.tables t
    where t.table_schema = 'radiant' and t.table_type = 'BASE TABLE' and (t.table_name = 'workflow_executions' or exists (
      select from information_schema.columns c
      where c.table_schema = 'radiant' and c.table_name = t.table_name and c.column_name = 'workflow_execution_id'))`);
  const tables = [];
  for (const { name, key } of keys) {
    const { rowCount: rows } = await database.query(`select from ${name} where ${key} = $1`, [template]);
    if (rows > 0) tables.push({ name, rows, insert: await insertInto(database, name, key) });
  }
  return tables;
}

/** Columns whose values belong to the copied execution. */
const OWN_IDS = new Set(['id', 'workflow_execution_id', 'task_execution_id', 'invocation_id']);

async function insertInto(database, name, key) {
  const { rows: columns } = await database.query(
    `select column_name as name, udt_name as type from information_schema.columns
     where table_schema = 'radiant' and table_name = $1 and is_generated = 'NEVER' and is_identity = 'NO'
     order by ordinal_position`,
    [name],
  );
  const valueOf = ({ name: column, type }) => {
    if (OWN_IDS.has(column) && type === 'uuid') return `md5(t.${column}::text || n)::uuid`;
    if (type === 'timestamptz') return `t.${column} - n * interval '10 seconds' - interval '1 day'`;
    return `t.${column}`;
  };
  return `insert into ${name} (${columns.map((column) => column.name).join(', ')})
    select ${columns.map(valueOf).join(', ')}
    from ${name} t cross join generate_series($2::integer, $3::integer) n where t.${key} = $1`;
}
