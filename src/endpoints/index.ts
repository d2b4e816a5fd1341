/** All endpoint drivers behind one interface. The deployment of each model chooses its driver. */
import type { AwsPlace } from '../core/aws-client.js';
import type { Fault } from '../core/errors.js';
import { driverOf, isManaged, type ModelConfig } from '../core/models/model.js';
import { connectAws } from './sagemaker/aws.js';
import { sagemakerCapacity } from './sagemaker/capacity.js';
import { componentCapacity } from './sagemaker/components/capacity.js';
import type { Answer, Call, Capacity, Driver, DriverName, Permission, Plan } from './driver.js';
import { httpCapacity } from './http/capacity.js';
import { httpDriver } from './http/driver.js';
import { endpointName, hostName } from './sagemaker/names.js';
import { makeOrphans, type Orphans } from './sagemaker/orphans.js';
import { checkPermissions } from './sagemaker/permissions.js';
import { asyncDriver } from './sagemaker/async.js';
import { realtimeDriver } from './sagemaker/realtime.js';
import { makeResolve, type Resolve } from './secrets.js';
import { deploymentFaults } from './http/urls.js';
import { openHttpClient } from './http/client.js';

const ANSWER_BYTES = 256 * 1024 * 1024;

export interface EndpointOptions extends AwsPlace {
  /** Part of every name, so that two environments can share an account. */
  environment?: string;
  /** For inputs and results of asynchronous endpoints. The bucket's lifecycle rule deletes them. */
  s3Bucket: string;
  /** Maximum of concurrent requests to each service: at least the concurrency of a worker. */
  maxSockets?: number;
  /** The largest answer that is read, in bytes. */
  answerBytes?: number;
  /** Interval of polling for an asynchronous result, after the first quick polls. */
  pollMs?: number;
  /** Resolves a reference such as `env:RADIANT_SECRET_X`. */
  secrets?: (reference: string) => string | undefined;
  /** Allows plain http and private addresses, for tests and on-premises providers. */
  allowPrivateHosts?: boolean;
  /** SageMaker's role, for models whose deployment has none. */
  executionRoleArn?: string;
}

export interface Endpoints extends Capacity, Orphans {
  driverOf(model: ModelConfig): DriverName;
  /** The endpoint that serves the model, as `list` names it: for a component, its host. */
  endpointNameOf(model: ModelConfig): string;
  /** Names of the endpoints in the account that belong to this model. */
  ownedBy(model: ModelConfig): string[];
  /** False if another party runs it. */
  canWake(model: ModelConfig): boolean;
  /** Permissions of the credentials, as far as they can be checked without changing anything. */
  checkPermissions(): Promise<Permission[]>;
  /** Validation errors of a model's deployment, each with its field. */
  faultsOf(model: Pick<ModelConfig, 'deployment' | 'providerType'>): Fault[];
  /** What is known of an invocation before it is sent, so that it can be stored first. */
  plan(model: ModelConfig, invocationId: string, timeoutMs: number): Plan;
  /** Every fault is an `InvocationError`. */
  invoke(call: Call): Promise<Answer>;
  /** Resolves references to secrets. */
  resolve: Resolve;
  stop(): Promise<void>;
}

export function makeEndpoints({
  environment = 'dev',
  s3Bucket,
  region,
  standInUrl,
  maxSockets = 256,
  answerBytes = ANSWER_BYTES,
  pollMs = 2_000,
  secrets = () => undefined,
  allowPrivateHosts = false,
  executionRoleArn,
}: EndpointOptions): Endpoints {
  const nameOf = (model: ModelConfig) => endpointName(environment, model);
  const aws = connectAws({ maxSockets, region, standInUrl });
  const resolve = makeResolve(secrets, aws.secrets);
  const web = openHttpClient({ maxSockets, answerBytes, resolve, allowPrivateHosts });
  const hostOf = (model: ModelConfig) => hostName(environment, model);
  const settings = { environment, nameOf, executionRoleArn, resolve };
  const served: Record<DriverName, Driver & Capacity> = {
    'sagemaker-async': {
      ...asyncDriver(aws, nameOf, { bucket: s3Bucket, pollMs, answerBytes }),
      ...sagemakerCapacity(aws, { ...settings, resultsBucket: s3Bucket, off: 'scale' }),
    },
    'sagemaker-realtime': {
      ...realtimeDriver(aws, nameOf, { answerBytes }),
      ...sagemakerCapacity(aws, { ...settings, resultsBucket: null, off: 'delete' }),
    },
    'sagemaker-component': {
      ...realtimeDriver(aws, nameOf, { answerBytes, hostOf }),
      ...componentCapacity(aws, { ...settings, resultsBucket: null, hostOf }),
    },
    http: { ...httpDriver(web, nameOf), ...httpCapacity(web, nameOf) },
  };
  const servedBy = (model: ModelConfig) =>
    driverOf(model) === 'sagemaker-component' ? hostOf(model) : nameOf(model);
  const of = (model: ModelConfig) => served[driverOf(model)];

  return {
    driverOf,
    endpointNameOf: servedBy,
    ownedBy: (model) => (driverOf(model) === 'http' ? [] : [servedBy(model)]),
    canWake: isManaged,
    faultsOf: (model) =>
      driverOf(model) === 'http' ? deploymentFaults(model.deployment, { allowPrivateHosts }) : [],
    plan: (model, invocationId, timeoutMs) => ({
      endpoint: nameOf(model),
      driver: driverOf(model),
      ...of(model).plan(model, invocationId, timeoutMs),
    }),
    invoke: (call) => of(call.model).invoke(call),
    resolve,
    describe: (model) => of(model).describe(model),
    warm: (model, instances) => of(model).warm(model, instances),
    cool: (model) => of(model).cool(model),
    roll: (model) => of(model).roll(model),
    remove: (model) => of(model).remove(model),
    renewDeadMan: (model, until) => of(model).renewDeadMan(model, until),
    ...makeOrphans(aws.control, environment),
    checkPermissions: () => checkPermissions(aws, environment, s3Bucket),
    async stop() {
      for (const client of Object.values(aws)) client.destroy();
      await web.stop();
    },
  };
}
