/** The fields of a model's deployment. They depend on the driver. */
import { textOf } from '../../../parts/difference/difference';
import type { Group } from './field';
import type { Fields } from '../shape';

const DRIVERS = [
  ['sagemaker-async', 'SageMaker, asynchronous'],
  ['sagemaker-realtime', 'SageMaker, real time'],
  ['sagemaker-component', 'SageMaker, component of a shared host'],
  ['http', 'HTTP endpoint'],
] as const;

export const driverOf = (fields: Fields): string =>
  textOf(fields.deployment?.driver) || (fields.providerType === 'external' ? 'http' : 'sagemaker-async');

const onSageMaker = (fields: Fields): boolean => driverOf(fields).startsWith('sagemaker');
const asComponent = (fields: Fields): boolean => driverOf(fields) === 'sagemaker-component';
const overHttp = (fields: Fields): boolean => driverOf(fields) === 'http';
/** Its answer comes on the connection. */
const onALine = (fields: Fields): boolean => driverOf(fields) !== 'sagemaker-async';
const SECRETS =
  'Give a reference to the secret, never the secret: env:RADIANT_SECRET_… is read when it is needed.';

export const DEPLOYMENT: Group = {
  id: 'deployment',
  title: 'Deployment',
  fields: [
    {
      path: 'deployment.driver',
      label: 'Driver',
      description: 'The server software. Empty: as the provider implies.',
      kind: 'choice',
      options: DRIVERS,
      half: true,
    },
    {
      path: 'deployment.maxConcurrentInvocationsPerInstance',
      label: 'Invocations at once',
      description: 'Of one instance.',
      kind: 'number',
      min: 1,
      half: true,
    },
    {
      path: 'deployment.image',
      label: 'Container image',
      description: 'The image with its tag or digest.',
      kind: 'text',
      mono: true,
      when: onSageMaker,
    },
    {
      path: 'deployment.instanceType',
      label: 'Instance type',
      description: 'For example ml.g5.12xlarge.',
      kind: 'text',
      mono: true,
      half: true,
      when: onSageMaker,
    },
    {
      path: 'deployment.endpointName',
      label: 'Endpoint name',
      description: 'Empty: named by Radiant.',
      kind: 'text',
      mono: true,
      half: true,
      when: onSageMaker,
    },
    {
      path: 'deployment.modelDataUrl',
      label: 'Weights',
      description: 'An s3:// address.',
      kind: 'text',
      mono: true,
      when: onSageMaker,
    },
    {
      path: 'deployment.executionRoleArn',
      label: 'Execution role',
      description: 'Its ARN. Empty: the system’s default role.',
      kind: 'text',
      mono: true,
      when: onSageMaker,
    },
    {
      path: 'deployment.hostEndpoint',
      label: 'Shared host',
      description: 'The endpoint that several models share. Empty: a host of its own.',
      kind: 'text',
      mono: true,
      half: true,
      when: asComponent,
    },
    {
      path: 'deployment.hostMaxInstances',
      label: 'Host’s most instances',
      description: 'Empty: as many as this model may have copies.',
      kind: 'number',
      min: 1,
      half: true,
      when: asComponent,
    },
    {
      path: 'deployment.compute.accelerators',
      label: 'Accelerators of a copy',
      description: 'The number of GPUs for one copy.',
      kind: 'number',
      min: 0,
      half: true,
      when: asComponent,
    },
    {
      path: 'deployment.compute.memoryMb',
      label: 'Memory of a copy',
      description: 'At least 128.',
      kind: 'number',
      unit: 'MB',
      min: 128,
      half: true,
      when: asComponent,
    },
    {
      path: 'deployment.compute.cpuCores',
      label: 'CPU cores of a copy',
      description: 'At least 0.25.',
      kind: 'number',
      min: 0.25,
      half: true,
      when: asComponent,
    },
    {
      path: 'deployment.environment',
      label: 'Environment',
      description: SECRETS,
      kind: 'pairs',
      when: onSageMaker,
    },
    {
      path: 'deployment.url',
      label: 'URL',
      description: 'The address that inputs are posted to.',
      kind: 'text',
      mono: true,
      when: overHttp,
    },
    {
      path: 'deployment.wakeUrl',
      label: 'Wake URL',
      description: 'A request to it starts the server. It needs a stop URL as well.',
      kind: 'text',
      mono: true,
      half: true,
      when: overHttp,
    },
    {
      path: 'deployment.stopUrl',
      label: 'Stop URL',
      description: 'A request to it stops the server.',
      kind: 'text',
      mono: true,
      half: true,
      when: overHttp,
    },
    {
      path: 'deployment.maxInvocationSeconds',
      label: 'Longest invocation',
      description: 'How long it may run on when its request was given up. Empty: one minute.',
      kind: 'number',
      unit: 's',
      min: 1,
      half: true,
      when: onALine,
    },
    { path: 'deployment.headers', label: 'Headers', description: SECRETS, kind: 'pairs', when: overHttp },
    {
      path: 'deployment.resourceRequirements',
      label: 'Resource requirements',
      description: 'The makers’ hardware requirements, for information, as JSON.',
      kind: 'json',
    },
    {
      path: 'deployment',
      label: 'Other settings of the deployment',
      description: 'These settings are unknown. Remove them before you save.',
      kind: 'rest',
    },
  ],
};
