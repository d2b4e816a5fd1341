/** External providers: posts JSON to an administered URL. */
import type { ModelConfig } from '../../core/models/model.js';
import { readAnswer } from '../answer.js';
import { within } from '../call-deadline.js';
import type { Call, Driver } from '../driver.js';
import { refuseAdoption } from '../provider-errors.js';
import { lingerOf, stillAtIt } from '../linger.js';
import type { HttpClient } from './client.js';

export function httpDriver(web: HttpClient, nameOf: (model: ModelConfig) => string): Driver {
  async function post({ model, invocationId, body, timeoutMs }: Call, endpoint: string, signal: AbortSignal) {
    const { url, headers } = model.deployment;
    const own = { 'idempotency-key': invocationId };
    const reply = await web.send(
      { method: 'POST', url, headers, body: { bytes: body, headers: own }, timeoutMs, signal },
      endpoint,
    );
    if (reply.status < 300) return readAnswer(await reply.read(), endpoint, reply);
    const fault = await reply.refusal();
    throw fault.code === 'gateway_timeout' ? stillAtIt(fault, model) : fault;
  }

  return {
    plan: (model) => ({
      outputLocation: null,
      failureLocation: null,
      cancellable: true,
      lingerMs: lingerOf(model),
      address: bare(model.deployment.url),
    }),
    async invoke(call) {
      const endpoint = nameOf(call.model);
      refuseAdoption(call.adopt, endpoint);
      return within(call, endpoint, (signal) => post(call, endpoint, signal));
    },
  };
}

/** Removes a URL's user, query and fragment, which may hold credentials. */
function bare(text: string | undefined): string | null {
  if (text === undefined || !URL.canParse(text)) return null;
  const { protocol, host, pathname } = new URL(text);
  return `${protocol}//${host}${pathname}`.slice(0, 2_000);
}
