/** Simulated IAM: the permission that a call needs, and the answer when it is denied. */
import { ACCOUNT, REGION } from './state.js';
import { Refusal } from './wire.js';

const s3Actions: Readonly<Record<string, string>> = {
  HeadObject: 's3:GetObject',
  ListObjectsV2: 's3:ListBucket',
  HeadBucket: 's3:ListBucket',
};

export type Service = 'sagemaker' | 'sagemaker-runtime' | 'application-autoscaling' | 'secretsmanager' | 's3';

/** Throws AccessDenied, with the message of the service, if the settings deny the action. */
export function refuseDenied(
  denied: readonly string[],
  service: Service,
  operation: string,
  resource: string,
): void {
  const prefix = service === 'sagemaker-runtime' ? 'sagemaker' : service;
  const action = (service === 's3' ? s3Actions[operation] : undefined) ?? `${prefix}:${operation}`;
  if (!isDenied(denied, action)) return;
  const message =
    `User: arn:aws:iam::${ACCOUNT}:user/stand-in is not authorized to perform: ${action} on resource: ` +
    `${resource} because no identity-based policy allows the ${action} action`;
  if (service === 's3') throw new Refusal('AccessDenied', 403, message);
  throw new Refusal('AccessDeniedException', service === 'sagemaker-runtime' ? 403 : 400, message);
}

export function isDenied(denied: readonly string[], action: string): boolean {
  return denied.some((rule) => rule === action || rule === `${action.split(':')[0]}:*`);
}

/** The resource of a control plane operation without a named object. */
export function anyOf(service: Service): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:*`;
}
