/** Virtual time: a system whose ledger and stand-in share one clock that only a test advances. */
import { once } from 'node:events';
import { Client, type Pool } from 'pg';
import { startTestSystem, type TestSystem, type TestSystemOptions } from './system.js';

export interface VirtualTime extends TestSystem {
  /** Virtual seconds since the start. */
  now(): number;
  /** When something is due at the provider, in virtual seconds; null when nothing is. */
  nextDue(): Promise<number | null>;
  /** Lets everything happen that can happen at this instant, without advancing the clock. */
  settle(): Promise<void>;
  /** Advances the clock at once, past anything due on the way, and settles. */
  jump(seconds: number): Promise<void>;
  /** Advances the clock in steps, to each event due at the provider but at most `step` seconds at once, and settles each time. */
  advance(seconds: number, step?: number): Promise<void>;
  /** Advances until `fact` holds, at most `most` seconds; returns the time. */
  advanceUntil(fact: () => Promise<boolean>, options?: { step?: number; most?: number }): Promise<number>;
}

export const STARTED_AT = new Date('2026-03-02T00:00:00Z');
/** Real time, only to report what has not settled. */
const PATIENCE_MS = 60_000;
/** Real time. The ledger reports its changes; arrivals at the stand-in are only found by looking again. */
const LOOK_AGAIN_MS = 100;
const WAKE_MS = 500;

export async function startVirtualTime(options: TestSystemOptions = {}): Promise<VirtualTime> {
  const system = await startTestSystem({
    ...options,
    speed: 'manual',
    startedAt: STARTED_AT,
    beforeServices: prepareLedger,
    // Thermal reconciles when a test wakes it, and otherwise by the real clock, as in production. Leases run by the ledger's
    // clock, which jumps by minutes. No worker dies here, so leases outlast every step.
    config: { thermalTickMs: 5_000, pollMs: 10, sweepMs: 50, leaseMs: 86_400_000, ...options.config },
  });
  const changes = new Client({ connectionString: system.servers.databaseUrl });
  changes.on('error', () => {});
  await changes.connect();
  await changes.query('listen test_change');
  const hasThermal = options.services?.includes('thermal') ?? true;
  let now = 0;
  const changingCalls = () =>
    system.standIn.ledger().calls.filter(({ operation }) => !/^(Describe|List|Get|Head)/.test(operation))
      .length;

  /** Waits until nothing is left to wait for; `left` lists it. */
  async function until(left: () => Promise<string[]>, nudge?: () => Promise<unknown>): Promise<void> {
    const begun = performance.now();
    for (let nudged = Number.NEGATIVE_INFINITY; ;) {
      if (nudge && performance.now() - nudged > WAKE_MS) {
        nudged = performance.now();
        await nudge();
      }
      const looking = new AbortController();
      const change = once(changes, 'notification', {
        signal: AbortSignal.any([looking.signal, AbortSignal.timeout(LOOK_AGAIN_MS)]),
      }).catch(() => {});
      const what = await left();
      if (what.length === 0) return looking.abort();
      if (performance.now() - begun > PATIENCE_MS)
        throw new Error(`At ${now} s it does not settle: ${what.slice(0, 10).join('; ')}`);
      await change;
    }
  }

  async function settle(): Promise<void> {
    for (;;) {
      await until(() => readPending(system));
      if (!hasThermal) return;
      // Every model is observed again from now on, and nothing is left to do: the system is quiet.
      const [observations, done] = [await readObservations(system), changingCalls()];
      await until(
        async () => {
          const after = new Map((await readObservations(system)).map(({ model, done }) => [model, done]));
          return observations
            .filter(({ model, begun }) => (after.get(model) ?? 0) <= begun)
            .map(({ model }) => `not observed: ${model}`);
        },
        () => system.owner.query(WAKE),
      );
      if (changingCalls() === done && (await readPending(system)).length === 0) return;
    }
  }

  async function jump(seconds: number): Promise<void> {
    now = Math.round((now + seconds) * 1000) / 1000;
    // The provider first: an observation is never newer than the ledger's clock.
    await system.standIn.advance(seconds);
    await system.owner.query('update test_clock set at = $1', [new Date(STARTED_AT.getTime() + now * 1000)]);
    await settle();
  }

  async function nextDue(): Promise<number | null> {
    const response = await fetch(`${system.standIn.url}/__standin/clock`);
    return ((await response.json()) as { nextDue: number | null }).nextDue;
  }

  /** Advances to the next event at the provider, but at most `step`. */
  async function moveOn(step: number): Promise<void> {
    const due = await nextDue();
    await jump(due !== null && due > now && due - now < step ? due - now : step);
  }

  async function advance(seconds: number, step = 5): Promise<void> {
    const end = now + seconds;
    for (let left = seconds; left > 1e-6; left = end - now) await moveOn(Math.min(step, left));
  }

  return {
    ...system,
    async stop() {
      await changes.end();
      await system.stop();
    },
    now: () => now,
    nextDue,
    settle,
    jump,
    advance,
    async advanceUntil(fact, { step = 5, most = 3_600 } = {}) {
      const end = now + most;
      while (!(await fact())) {
        if (now >= end) throw new Error(`It did not happen within ${most} s.`);
        await moveOn(step);
      }
      return now;
    },
  };
}

/** A clock that stands still, counters of thermal's observations (how many began, and the last one that ended), and reports of changes. */
async function prepareLedger(owner: Pool): Promise<void> {
  await owner.query(`
    create table test_clock (at timestamptz not null);
    grant select on test_clock to public;
    insert into test_clock values ('${STARTED_AT.toISOString()}');
    create or replace function ledger_now() returns timestamptz language sql volatile as 'select at from radiant.test_clock';

    create table test_observations (model_id uuid primary key, begun integer not null, done integer not null default 0);
    create function count_observation() returns trigger language plpgsql security definer set search_path = radiant as $$
    begin
      insert into test_observations values (new.model_id, 1)
      on conflict (model_id) do update set begun = test_observations.begun + 1;
      return null;
    end $$;
    create function end_observation() returns trigger language plpgsql security definer set search_path = radiant as $$
    begin
      update test_observations set done = begun where model_id = new.model_id;
      return null;
    end $$;
    create trigger test_observation_begins after insert or update of lease_until on model_heat for each row execute function count_observation();
    create trigger test_observation_ends after update of observed_at on model_heat for each row execute function end_observation();

    create function report_change() returns trigger language plpgsql as $$
    begin
      perform pg_notify('test_change', '');
      return null;
    end $$;
    ${['workflow_executions', 'task_executions', 'task_attempts', 'model_heat']
      .map(
        (table) =>
          `create trigger test_change after insert or update on ${table} for each statement execute function report_change();`,
      )
      .join('\n    ')}`);
}

/** The seeded models are off and stay off. */
const TEST_MODELS = `from ai_models m left join test_observations l on l.model_id = m.id where m.status <> 'retired' and m.category = 'test'`;
const WAKE = `select pg_notify('radiant', jsonb_build_object('event', 'thermal:pinned', 'modelId', m.model_id)::text) ${TEST_MODELS}`;

const OBSERVATIONS = `select m.model_id as model, coalesce(l.begun, 0) as begun, coalesce(l.done, 0) as done ${TEST_MODELS}`;

const PENDING = `
  with held as (
    select model_id, count(*) as slots from model_slots where held_until >= ledger_now() group by model_id
  ), live as (
    select t.* from task_executions t where t.completed_at is null and t.status in ('ready', 'queued', 'running')
  ), open as (
    select id, workflow_id, status from workflow_executions where completed_at is null
  ), attempt as (
    select invocation_id, driver, sent_at, accepted_at, model_id from task_attempts where status = 'running'
  )
  select array(
    select 'ready, with room in the queue: ' || task_id from live t
      where status = 'ready' and (not_before is null or not_before <= ledger_now())
        and (select count(*) from live q where q.model_id = t.model_id and q.status = 'queued')
          < greatest(10, 2 * (select count(*) from model_slots s where s.model_id = t.model_id))
    union all
    select 'queued with a free slot: ' || t.task_id from live t left join model_heat h using (model_id) left join held using (model_id)
      where t.status = 'queued' and (t.model_id is null or h.usable_slots > coalesce(held.slots, 0))
    union all
    select 'running without a model: ' || task_id from live where status = 'running' and model_id is null
    union all
    select 'to be ended: ' || e.id from open e
      where not exists (select from task_executions t where t.workflow_execution_id = e.id and t.completed_at is null)
    union all
    select 'to be released: ' || t.task_id from open e
      join task_executions t on t.workflow_execution_id = e.id and t.status = 'pending' and t.map_index is null
      join workflow_tasks w on w.workflow_id = e.workflow_id and w.task_id = t.task_id
      where e.status <> 'paused' and not exists (
        select from task_executions d where d.workflow_execution_id = e.id and d.task_id = any (w.depends_on) and d.completed_at is null)
  ) as waiting,
  (select coalesce(jsonb_agg(jsonb_build_object('id', invocation_id, 'acknowledged',
    sent_at is not null and (driver <> 'sagemaker-async' or accepted_at is not null))), '[]')
    from attempt where model_id is not null) as running`;

/** What could still happen at this instant, as lines of a report; empty when all is quiet. */
async function readPending(system: TestSystem): Promise<string[]> {
  const { rows } = await system.owner.query<{
    waiting: string[];
    running: { id: string; acknowledged: boolean }[];
  }>({ name: 'pending', text: PENDING });
  const { waiting = [], running = [] } = rows[0] ?? {};
  const atProvider = new Map(system.standIn.ledger().invocations.map(({ id, status }) => [id, status]));
  const unsettled = running.flatMap(({ id, acknowledged }) => {
    const status = atProvider.get(id);
    if (status === 'succeeded' || status === 'failed') return `answered: ${id}`;
    // A task whose acknowledgement was lost is waited for if its request arrived, and sent again if not.
    return acknowledged || status ? [] : `not sent: ${id}`;
  });
  return [...waiting, ...unsettled];
}

async function readObservations(
  system: TestSystem,
): Promise<{ model: string; begun: number; done: number }[]> {
  return (await system.owner.query({ name: 'observations', text: OBSERVATIONS })).rows;
}
