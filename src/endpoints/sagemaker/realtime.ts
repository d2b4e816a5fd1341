/** Real-time SageMaker endpoints and components: the answer comes on the connection, within 60 seconds. */
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import type { ModelConfig } from '../../core/models/model.js';
import { readAnswer } from '../answer.js';
import type { Aws } from './aws.js';
import { within } from '../call-deadline.js';
import { decoded } from '../decode.js';
import type { Driver } from '../driver.js';
import { refuseAdoption } from '../provider-errors.js';
import { cutOff, lingerOf } from '../linger.js';
import { inferenceId } from './names.js';
import { awsFault } from '../sdk-errors.js';

/** A compressed answer may decode to more than the wire limit. */
const MOST_BYTES = 64 * 1024 * 1024;

/** A refusal that cannot be read may be that of the time limit. A success that cannot be read is none of these. */
const MAY_BE_CUT_OFF = new Set(['model_timeout', 'invalid_response']);

/** With `hostOf`, the name is that of a component on that host. */
export function realtimeDriver(
  { runtime }: Aws,
  nameOf: (model: ModelConfig) => string,
  { answerBytes, hostOf }: { answerBytes: number; hostOf?: (model: ModelConfig) => string },
): Driver {
  const most = Math.min(answerBytes, MOST_BYTES);
  return {
    plan: (model) => ({
      outputLocation: null,
      failureLocation: null,
      cancellable: true,
      lingerMs: lingerOf(model),
      address: null,
    }),
    async invoke(call) {
      const endpoint = nameOf(call.model);
      refuseAdoption(call.adopt, endpoint);
      return within(call, endpoint, async (signal) => {
        const request = new InvokeEndpointCommand({
          ...(hostOf
            ? { EndpointName: hostOf(call.model), InferenceComponentName: endpoint }
            : { EndpointName: endpoint }),
          ContentType: 'application/json',
          Accept: 'application/json',
          InferenceId: inferenceId(call.invocationId),
          Body: call.body,
        });
        const { Body } = await runtime.send(request, { abortSignal: signal }).catch((error: unknown) => {
          const fault = awsFault(error, endpoint);
          throw MAY_BE_CUT_OFF.has(fault.code) ? cutOff(fault, call.model, call.timeoutMs) : fault;
        });
        const bytes = await decoded(Body ?? new Uint8Array(), { most, endpoint });
        return readAnswer(bytes, endpoint, { status: 200 });
      });
    },
  };
}
