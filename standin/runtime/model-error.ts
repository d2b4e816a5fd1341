/** How SageMaker reports a failed container: as a ModelError on the connection, or as a text in S3. */
import { ACCOUNT, REGION } from '../state.js';
import { Refusal } from '../wire.js';

export const TIMED_OUT =
  'Your invocation timed out while waiting for a response from container primary. Review the latency metrics for ' +
  'each container in Amazon CloudWatch, resolve the issue, and try again.';

const MESSAGE_LENGTH = 1000;

/** A 424; `status` is the container's own, 0 if it never answered. */
export function modelError(status: number, message: string): Refusal {
  return new Refusal('ModelError', 424, modelErrorText(status, message), {
    ErrorCode: isClients(status) ? 'CLIENT_ERROR_FROM_MODEL' : 'SERVER_ERROR_FROM_MODEL',
    LogStreamArn: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/sagemaker/Endpoints/stand-in`,
    OriginalMessage: message,
    OriginalStatusCode: status,
  });
}

/** Also the content of a failure object, whose real form AWS does not document. */
export function modelErrorText(status: number, message: string): string {
  const whose = isClients(status) ? 'client' : 'server';
  return (
    `Received ${whose} error (${status}) from primary with message "${message}". ` +
    `See https://${REGION}.console.aws.amazon.com/cloudwatch in account ${ACCOUNT} for more information.`
  );
}

/** The container's answer to a failure, cut to a reasonable length. */
export function readFailure(body: Buffer): string {
  return body.toString('utf8', 0, MESSAGE_LENGTH);
}

function isClients(status: number): boolean {
  return status >= 400 && status < 500;
}
