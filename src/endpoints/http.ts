/** External providers: JSON posted to an administered URL. */
import type { ModelConfig } from '../core/model.js';
import { readAnswer } from './answer.js';
import { within } from './deadline.js';
import type { Call, Driver } from './driver.js';
import { refuseAdoption } from './faults.js';
import { webRefusal, type Web } from './web.js';

export function httpDriver(web: Web, nameOf: (model: ModelConfig) => string): Driver {
  async function post({ model, invocationId, body, timeoutMs }: Call, endpoint: string, signal: AbortSignal) {
    const { url, headers } = model.deployment;
    const own = { 'idempotency-key': invocationId };
    const response = await web.send(
      { method: 'POST', url, headers, body: { bytes: body, headers: own }, timeoutMs, signal },
      endpoint,
    );
    if (response.statusCode >= 300) throw await webRefusal(response, endpoint);
    return web.read(response, endpoint);
  }

  return {
    plan: () => ({ outputLocation: null, failureLocation: null, cancellable: true }),
    async invoke(call) {
      const endpoint = nameOf(call.model);
      refuseAdoption(call.adopt, endpoint);
      return within(call, endpoint, async (signal) =>
        readAnswer(await post(call, endpoint, signal), endpoint),
      );
    },
  };
}
