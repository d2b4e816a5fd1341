/** The container of every unknown model: it returns its input. */
import { toMilliseconds } from '../clock.js';
import { fieldsOf, jsonReply, refusal, usageOf, type Container } from './container.js';

export const echo: Container = {
  warmUpSeconds: 30,
  plan(body, environment, billed) {
    const text = body.toString('utf8');
    const asked = parseOrKeep(text);
    const fields = fieldsOf(asked);
    const fail = fields['fail'] ?? fieldsOf(fields['parameters'])['fail'];
    if (fail === 400 || fail === 500) return refusal(fail, `asked to fail with ${fail}`);
    const times = Number(fieldsOf(fields['parameters'])['times'] ?? 1);
    const computeSeconds = toMilliseconds((Number(environment['ECHO_SECONDS'] ?? 0.1) || 0) * times);
    const usage = {
      ...usageOf(computeSeconds, billed),
      ...fieldsOf(fieldsOf(fields['parameters'])['usage']),
    };
    const nul = fieldsOf(fields['parameters'])['nul'] === true && { nul: '\0' };
    return {
      computeSeconds,
      produce: () => Promise.resolve(jsonReply(200, { echo: asked, ...nul, usage })),
    };
  },
};

function parseOrKeep(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
