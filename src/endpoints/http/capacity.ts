/** Capacity of external providers: some can be woken and stopped by a pair of URLs, the others are always on. */
import { InvocationError } from '../../core/errors.js';
import { isManaged, type ModelConfig } from '../../core/models/model.js';
import type { StepResult, Capacity, Known } from '../driver.js';
import type { HttpClient } from './client.js';
import { awsFault } from '../sdk-errors.js';

const TIMEOUT_MS = 10_000;
const STARTING = new Set([202, 503]);
const OFF = new Set([404, 409, 410]);
const MOST_INSTANCES = 10_000;
const NOT_NOW = new Set([409, 423, 429, 503]);

export function httpCapacity(web: HttpClient, nameOf: (model: ModelConfig) => string): Capacity {
  async function observe(model: ModelConfig): Promise<Known> {
    const { wakeUrl, headers } = model.deployment;
    const reply = await web.send(
      { method: 'GET', url: wakeUrl, headers, timeoutMs: TIMEOUT_MS },
      nameOf(model),
    );
    const { status } = reply;
    // The provider rejects our request, which says nothing about the model.
    if (status >= 300 && status < 500 && !OFF.has(status)) throw await reply.refusal();
    const body = await reply.read();
    if (status === 200) {
      const count = instancesIn(body, nameOf(model));
      return stateOf('up', count, count);
    }
    return STARTING.has(status)
      ? stateOf('starting', 0, Math.max(1, instancesIn(body, nameOf(model))))
      : stateOf('off', 0, 0);
  }

  async function ask(model: ModelConfig, url: string | undefined, body: object): Promise<StepResult> {
    const { headers } = model.deployment;
    const bytes = new TextEncoder().encode(JSON.stringify(body));
    const reply = await web.send(
      { method: 'POST', url, headers, body: { bytes }, timeoutMs: TIMEOUT_MS },
      nameOf(model),
    );
    if (reply.status >= 300 && !NOT_NOW.has(reply.status)) throw await reply.refusal();
    await reply.discard();
    return reply.status < 300 ? 'done' : 'busy';
  }

  const done = () => Promise.resolve<StepResult>('done');
  return {
    describe: async (model) =>
      isManaged(model)
        ? observe(model).catch((error: unknown) => ({
            kind: 'unknown',
            reason: awsFault(error, nameOf(model)).message,
          }))
        : alwaysOn(model),
    async warm(model, instances) {
      if (!isManaged(model)) return 'done';
      const wanted = Math.max(1, instances);
      const now = await observe(model);
      if (now.inProgress || now.serving === wanted) return 'done';
      return ask(model, model.deployment.wakeUrl, { instances: wanted });
    },
    async cool(model) {
      if (!isManaged(model) || !(await observe(model)).exists) return 'done';
      return ask(model, model.deployment.stopUrl, {});
    },
    // The deployment at an external provider is not ours to replace.
    roll: done,
    async remove(model) {
      if (!isManaged(model) || !(await observe(model)).exists) return 'done';
      await ask(model, model.deployment.stopUrl, {});
      return 'busy';
    },
    renewDeadMan: () => Promise.resolve(),
  };
}

/** Always at its maximum, and never billed here. */
const alwaysOn = ({ thermal: { maxInstances } }: ModelConfig): Known => ({
  ...stateOf('up', maxInstances, maxInstances),
  billed: 0,
});

const stateOf = (status: 'up' | 'starting' | 'off', serving: number, wanted: number): Known => ({
  kind: 'known',
  exists: status !== 'off',
  status,
  serving,
  wanted,
  inProgress: status === 'starting',
  failure: null,
  outdated: false,
  billed: wanted,
});

/** Reads `{"instances": n}`; 1 if the body states no count. An HTML page is not a valid answer. */
function instancesIn(bytes: Uint8Array, endpoint: string): number {
  const text = new TextDecoder().decode(bytes).trim();
  const body = parsed(text) as { instances?: unknown } | null;
  const count = body?.instances ?? 1;
  const isCount =
    typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= MOST_INSTANCES;
  if (isCount && !text.startsWith('<')) return count;
  throw new InvocationError(
    'invalid',
    'invalid_response',
    `${endpoint} does not answer its wakeUrl with {"instances": n}. Correct the URL, or the service behind it.`,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
