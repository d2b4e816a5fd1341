/** The contract with AWS, stated once: the stand-in fulfils it, and it can be run against a real account. */
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateInferenceComponentCommand,
  CreateModelCommand,
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteInferenceComponentCommand,
  DeleteModelCommand,
  DescribeEndpointCommand,
  DescribeInferenceComponentCommand,
  ListEndpointsCommand,
  ListTagsCommand,
  UpdateEndpointCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
  UpdateInferenceComponentRuntimeConfigCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointAsyncCommand, InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openContractTarget, type ContractTarget } from './contract-target.js';

const VARIANT = 'AllTraffic';
const stage: ContractTarget = await openContractTarget();
vi.setConfig({ testTimeout: stage.limitMs, hookTimeout: 2 * stage.limitMs });
const { control, runtime, s3, prefix, until } = stage;
const [queue, hosts, component] = [`${prefix}-queue`, `${prefix}-hosts`, `${prefix}-copy`];
const body = Buffer.from('{"hello":"world"}');

const describeEndpoint = (name: string) => control.send(new DescribeEndpointCommand({ EndpointName: name }));
const describeComponent = () =>
  control.send(new DescribeInferenceComponentCommand({ InferenceComponentName: component }));
const createEndpoint = (name: string) =>
  control.send(
    new CreateEndpointCommand({
      EndpointName: name,
      EndpointConfigName: name,
      Tags: [{ Key: 'radiant:contract', Value: prefix }],
    }),
  );
const configure = () =>
  control.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: queue,
      ProductionVariants: [
        {
          VariantName: VARIANT,
          ModelName: queue,
          InstanceType: stage.instanceType,
          InitialInstanceCount: 1,
        },
      ],
      AsyncInferenceConfig: { OutputConfig: { S3OutputPath: `s3://${stage.bucket}/${prefix}` } },
    }),
  );
const scale = (count: number) =>
  control.send(
    new UpdateEndpointWeightsAndCapacitiesCommand({
      EndpointName: queue,
      DesiredWeightsAndCapacities: [{ VariantName: VARIANT, DesiredInstanceCount: count }],
    }),
  );
const removeEndpoint = (name: string) => control.send(new DeleteEndpointCommand({ EndpointName: name }));
const removeComponent = () =>
  control.send(new DeleteInferenceComponentCommand({ InferenceComponentName: component }));
const refused = (message: RegExp) => ({
  name: 'ValidationException',
  message: expect.stringMatching(message) as string,
  $metadata: { httpStatusCode: 400 },
});
const missing = (name: string) =>
  refused(new RegExp(`^Could not find endpoint "arn:aws:sagemaker:.*:endpoint/${name}"\\.$`));
const busy = (name: string) =>
  refused(new RegExp(`^Cannot update in-progress endpoint "arn:aws:sagemaker:.*:endpoint/${name}"\\.$`));
const untilServing = (name: string, count: number) =>
  until(async () =>
    expect(await describeEndpoint(name)).toMatchObject({
      EndpointStatus: 'InService',
      ProductionVariants: [{ CurrentInstanceCount: count, DesiredInstanceCount: count }],
    }),
  );
const untilGone = (name: string) =>
  until(() => expect(describeEndpoint(name)).rejects.toMatchObject(missing(name)));

beforeAll(async () => {
  await control.send(
    new CreateModelCommand({
      ModelName: queue,
      ExecutionRoleArn: stage.role,
      PrimaryContainer: { Image: stage.image },
    }),
  );
});

// Whatever fails, nothing that costs money may remain.
afterAll(async () => {
  const gone = (error: unknown): void => expect(error).toMatchObject({ name: 'ValidationException' });
  await until(async () => {
    await removeComponent().catch(gone);
    await expect(describeComponent()).rejects.toMatchObject({ name: 'ValidationException' });
  });
  for (const name of [queue, hosts]) {
    await until(async () => {
      await removeEndpoint(name).catch(gone);
      await expect(describeEndpoint(name)).rejects.toMatchObject({ name: 'ValidationException' });
    });
    await control.send(new DeleteEndpointConfigCommand({ EndpointConfigName: name })).catch(gone);
  }
  await control.send(new DeleteModelCommand({ ModelName: queue })).catch(gone);
  await stage.leave();
});

test('an endpoint that does not exist', async () => {
  await expect(describeEndpoint(`${prefix}-none`)).rejects.toMatchObject(missing(`${prefix}-none`));
  await expect(
    runtime.send(new InvokeEndpointCommand({ EndpointName: `${prefix}-none`, Body: body })),
  ).rejects.toMatchObject({
    name: 'ValidationError',
    message: expect.stringMatching(/^Endpoint .*-none of account \d{12} not found\.$/) as string,
    $metadata: { httpStatusCode: 400 },
  });
});

describe('an asynchronous endpoint', () => {
  test('is created once, and refuses changes meanwhile', async () => {
    const created = await configure();
    expect(created.EndpointConfigArn).toMatch(new RegExp(`:endpoint-config/${queue}$`));
    await expect(configure()).rejects.toMatchObject(
      refused(/^Cannot create already existing endpoint configuration "arn:.*"\.$/),
    );
    expect((await until(() => createEndpoint(queue))).EndpointArn).toMatch(new RegExp(`:endpoint/${queue}$`));
    await expect(createEndpoint(queue)).rejects.toMatchObject(
      refused(/^Cannot create already existing endpoint "arn:.*"\.$/),
    );
    expect(await until(() => describeEndpoint(queue))).toMatchObject({
      EndpointStatus: 'Creating',
      EndpointConfigName: queue,
    });
    await expect(scale(2)).rejects.toMatchObject(busy(queue));
    await expect(removeEndpoint(queue)).rejects.toMatchObject(busy(queue));
    await expect(
      control.send(new UpdateEndpointCommand({ EndpointName: queue, EndpointConfigName: queue })),
    ).rejects.toMatchObject(busy(queue));
    await untilServing(queue, 1);
  });

  test('is found by its name, and carries its tags', async () => {
    const list = new ListEndpointsCommand({ NameContains: prefix, StatusEquals: 'InService' });
    const [found] = await until(async () => {
      const { Endpoints } = await control.send(list);
      expect(Endpoints).toMatchObject([{ EndpointName: queue, EndpointStatus: 'InService' }]);
      return Endpoints ?? [];
    });
    const { Tags } = await control.send(new ListTagsCommand({ ResourceArn: found?.EndpointArn }));
    expect(Tags).toContainEqual({ Key: 'radiant:contract', Value: prefix });
  });

  test('does not answer on the connection', async () => {
    await expect(
      runtime.send(new InvokeEndpointCommand({ EndpointName: queue, Body: body })),
    ).rejects.toMatchObject({ name: 'ValidationError' });
  });

  test('scales to zero instances, queues requests, and answers when an instance is available', async () => {
    await scale(0);
    await expect(scale(1)).rejects.toMatchObject(busy(queue));
    await untilServing(queue, 0);
    const sent = await runtime.send(
      new InvokeEndpointAsyncCommand({
        EndpointName: queue,
        Body: body,
        ContentType: 'application/json',
        InferenceId: `${prefix}-1`,
      }),
    );
    expect(sent).toMatchObject({ InferenceId: `${prefix}-1`, $metadata: { httpStatusCode: 202 } });
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(sent.OutputLocation ?? '') ?? [];
    expect(Bucket).toBe(stage.bucket);
    const head = new HeadObjectCommand({ Bucket, Key });
    await expect(s3.send(head)).rejects.toMatchObject({ name: 'NotFound' });
    await scale(1);
    await untilServing(queue, 1);
    expect((await until(() => s3.send(head))).ContentLength).toBeGreaterThan(0);
  });

  test('is deleted, and no longer exists', async () => {
    await removeEndpoint(queue);
    expect((await describeEndpoint(queue)).EndpointStatus).toBe('Deleting');
    await untilGone(queue);
  });
});

describe('an inference component', () => {
  const create = (copies: number) =>
    control.send(
      new CreateInferenceComponentCommand({
        InferenceComponentName: component,
        EndpointName: hosts,
        VariantName: VARIANT,
        Specification: {
          ModelName: queue,
          ComputeResourceRequirements: { NumberOfCpuCoresRequired: 1, MinMemoryRequiredInMb: 1024 },
        },
        RuntimeConfig: { CopyCount: copies },
      }),
    );
  const resize = (copies: number) =>
    control.send(
      new UpdateInferenceComponentRuntimeConfigCommand({
        InferenceComponentName: component,
        DesiredRuntimeConfig: { CopyCount: copies },
      }),
    );
  const untilCopies = (count: number) =>
    until(async () =>
      expect(await describeComponent()).toMatchObject({
        InferenceComponentStatus: 'InService',
        RuntimeConfig: { DesiredCopyCount: count, CurrentCopyCount: count },
      }),
    );
  const invoke = () =>
    runtime.send(
      new InvokeEndpointCommand({
        EndpointName: hosts,
        InferenceComponentName: component,
        ContentType: 'application/json',
        Body: body,
      }),
    );

  test('needs an endpoint in service, and at least one copy at creation', async () => {
    await control.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName: hosts,
        ExecutionRoleArn: stage.role,
        ProductionVariants: [
          {
            VariantName: VARIANT,
            InstanceType: stage.instanceType,
            InitialInstanceCount: 1,
            ManagedInstanceScaling: { Status: 'ENABLED', MinInstanceCount: 0, MaxInstanceCount: 1 },
          },
        ],
      }),
    );
    await until(() => createEndpoint(hosts));
    await expect(create(1)).rejects.toMatchObject({ name: 'ValidationException' });
    await untilServing(hosts, 1);
    await expect(create(0)).rejects.toMatchObject({ name: 'ValidationException' });
    await create(1);
    expect(await describeComponent()).toMatchObject({
      InferenceComponentStatus: 'Creating',
      EndpointName: hosts,
      VariantName: VARIANT,
    });
    await untilCopies(1);
  });

  test('scales to zero copies, then refuses calls, and its instance is removed', async () => {
    await resize(0);
    await untilCopies(0);
    await expect(invoke()).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('has no capacity to process this request') as string,
    });
    await untilServing(hosts, 0);
  });

  test('comes back from zero, and answers', async () => {
    await resize(1);
    await untilCopies(1);
    const answer = invoke();
    const answered = async () =>
      expect(await Promise.race([answer, Promise.resolve()])).toMatchObject({
        InvokedProductionVariant: VARIANT,
        $metadata: { httpStatusCode: 200 },
      });
    await until(answered);
  });

  test('is deleted, and its endpoint after it', async () => {
    await removeComponent();
    await until(() => expect(describeComponent()).rejects.toMatchObject({ name: 'ValidationException' }));
    await removeEndpoint(hosts);
    await untilGone(hosts);
  });
});
