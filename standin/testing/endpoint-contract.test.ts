/** The contract with AWS about asynchronous endpoints: the stand-in fulfils it, and it can be run against a real account. */
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateEndpointConfigCommand,
  CreateModelCommand,
  ListEndpointsCommand,
  ListTagsCommand,
  UpdateEndpointCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointAsyncCommand, InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { body, busy, callsOf, missing, refused, VARIANT } from './contract-calls.js';
import { openContractTarget, type ContractTarget } from './contract-target.js';

const stage: ContractTarget = await openContractTarget();
vi.setConfig({ testTimeout: stage.limitMs, hookTimeout: 2 * stage.limitMs });
const { control, runtime, s3, prefix, until } = stage;
const queue = `${prefix}-queue`;
const { describeEndpoint, createEndpoint, removeEndpoint, untilServing, untilGone, removeAll } =
  callsOf(stage);
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
  await removeAll(queue);
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
