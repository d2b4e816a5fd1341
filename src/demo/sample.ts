/** Runs a sample through the public API: publishes what it needs, begins an execution, and shows how it goes. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { Decimal } from '../core/json/decimal.js';
import { connect, Problem, type Api, type Execution } from './api.js';
import { addresses, failure } from './ending.js';
import { follow, type View } from './follow.js';
import { lengthOf } from './quantities.js';
import { startSampleEndpoint } from './sample-endpoint.js';
import { readSample, type Sample } from './sample-file.js';
import { openScreen, type Out } from './screen.js';

const STOPPED = 130;
/** The reference to the secret of the samples' trigger. */
export const HOOK_SECRET = 'env:RADIANT_SECRET_HOOK_SAMPLE';

export interface SampleRun {
  /** The address of Radiant's API. It has the catalogue, and may call private addresses. */
  url: string;
  key: string;
  dataDir: string;
  name: string;
  /** What `HOOK_SECRET` refers to: `whsec_` and base64. It signs deliveries. */
  hookSecret: string;
  signal: AbortSignal;
  out?: Out;
}

/**
 * Resolves to the exit code: 0 if the execution succeeded, 1 if it did not or was refused, 130 if `signal` aborted.
 *
 * @throws RadiantError `unknown_sample`; another error if the API cannot be read, so that the result is unknown
 */
export async function runSample(run: SampleRun): Promise<number> {
  const { url, key, dataDir, name, signal, out = process.stdout } = run;
  const say = (...lines: string[]) => out.write(`${lines.join('\n')}\n`);
  const endpoint = await startSampleEndpoint();
  try {
    const sample = await readSample(name, endpoint.url);
    const api = connect(url, key, signal);
    say('', `${name}: ${sample.shows}`, '');
    await publish(api, sample, say);
    const id = await begin(api, sample, run, say);
    say(`execution ${id}`, '');
    const { ended, decided } = await show(api, id, sample, { out, signal });
    if (decided.length > 0) say('', ...decided);
    const succeeded = ended.status === 'succeeded';
    say(
      ...(succeeded ? result(ended, sample) : failure(ended)),
      ...addresses(url, join(dataDir, 'admin.key')),
    );
    return succeeded ? 0 : 1;
  } catch (error) {
    if (signal.aborted) {
      say('', 'Stopping. A running execution continues when Radiant starts again.');
      return STOPPED;
    }
    if (!(error instanceof Problem)) throw error;
    say(error.message, ...error.errors.map(({ path, message }) => `  ${path}: ${message}`));
    return 1;
  } finally {
    await endpoint.stop();
  }
}

type Say = (...lines: string[]) => void;

/** Registers its models and saves its workflows, as the file has them. */
export async function publish(
  api: Api,
  { models = [], workflows }: Sample,
  say: Say = () => {},
): Promise<void> {
  for (const model of models) {
    // The endpoint has another port in each run.
    await put(api, '/v1/models', model, { deployment: model.deployment }, () => model.modelId);
    say(`model     ${model.modelId}`);
  }
  for (const workflow of workflows) {
    await put(api, '/v1/workflows', workflow, workflow, () => workflow.workflowId);
    say(`workflow  ${workflow.workflowId}`);
  }
}

/** Creates it, or changes the one that an earlier run has left. */
async function put<Answer>(
  api: Api,
  collection: string,
  body: object,
  changes: object,
  idOf: () => string | Promise<string>,
): Promise<Answer> {
  try {
    return await api.post<Answer>(collection, body);
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 409) throw error;
  }
  return api.patch<Answer>(`${collection}/${await idOf()}`, changes);
}

/** @returns the id of the execution */
async function begin(api: Api, sample: Sample, { hookSecret }: SampleRun, say: Say): Promise<string> {
  const { execution, schedule, trigger, delivery } = sample;
  if (schedule) {
    const { id, nextAt } = await putNamed<{ id: string; nextAt: string }>(api, '/v1/schedules', schedule);
    say(`schedule  next at ${nextAt}; it is run now as well`);
    const ran = await api.post<{ execution: { id: string } }>(`/v1/schedules/${id}/run`, {});
    return ran.execution.id;
  }
  if (trigger) {
    const { path } = await putNamed<{ path: string }>(api, '/v1/triggers', trigger);
    say(`webhook   POST ${path}`);
    const [deliveryId, at, body] = [randomUUID(), new Date(), JSON.stringify(delivery)];
    const signed = {
      'webhook-id': deliveryId,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(hookSecret).sign(deliveryId, at, body),
    };
    return (await api.post<{ executionId: string }>(path, delivery, signed)).executionId;
  }
  const { workflowId, request } = execution as NonNullable<Sample['execution']>;
  return (await api.post<Execution>(`/v1/workflows/${workflowId}/executions`, request)).id;
}

/** A schedule or a trigger. What of it can never change is the same in each run. */
function putNamed<Answer>(
  api: Api,
  collection: string,
  body: NonNullable<Sample['schedule' | 'trigger']>,
): Promise<Answer> {
  const { workflowId: _, scheme: __, secret: ___, ...changes } = body;
  return put<Answer>(api, collection, body, changes, async () => {
    const { items } = await api.get<{ items: { id: string; name: string }[] }>(`${collection}?limit=200`);
    return items.find(({ name }) => name === body.name)?.id ?? '';
  });
}

/** @returns the execution as it has ended, and a line for each approval that was decided */
async function show(
  api: Api,
  id: string,
  { decision }: Sample,
  { out, signal }: { out: Out; signal: AbortSignal },
): Promise<{ ended: Execution; decided: string[] }> {
  let last: Execution | undefined;
  const decided = new Map<string, string>();
  const screen = openScreen(out);
  try {
    for await (const view of follow(api, id, signal)) {
      last = view.execution;
      screen.show(withoutItems(view), new Date());
      for (const { approvalId, status } of last.tasks) {
        if (!decision || !approvalId || status !== 'waiting' || decided.has(approvalId)) continue;
        const { text } = await api.get<{ text: string }>(`/v1/approvals/${approvalId}`);
        await api.post(`/v1/approvals/${approvalId}/decision`, decision);
        decided.set(approvalId, `${text} Decided: ${JSON.stringify(decision)}`);
      }
    }
  } finally {
    screen.close();
  }
  return { ended: last as Execution, decided: [...decided.values()] };
}

/** A screen has few lines: the items of a map are counted in the line of their task. */
function withoutItems({ execution, models }: View): View {
  const tasks = execution.tasks
    .filter(({ mapIndex }) => mapIndex === null)
    .map((task) => {
      const items = execution.tasks.filter(
        ({ taskId, mapIndex }) => taskId === task.taskId && mapIndex !== null,
      );
      const done = items.filter(({ status }) => status === 'succeeded').length;
      return items.length === 0 ? task : { ...task, name: `${task.name} (${done} of ${items.length})` };
    });
  return { execution: { ...execution, tasks }, models };
}

const result = ({ durationMs, cost, output }: Execution, { synthetic }: Sample): string[] => [
  '',
  // A sample costs less than a cent.
  `Succeeded in ${lengthOf(durationMs ?? 0)}, at a cost of $${new Decimal(cost.actualUsd).toFixed(4)}. The output:`,
  JSON.stringify(output, briefly, 2),
  ...(synthetic === undefined ? [] : ['', synthetic]),
];

/** A file is named with its size. */
function briefly(_: string, value: unknown): unknown {
  const { $file } = Object(value) as { $file?: { name: string; size: number } };
  return $file === undefined ? value : `${$file.name} (${$file.size} bytes)`;
}
