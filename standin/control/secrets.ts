/** AWS Secrets Manager, as far as reading a secret. Its content is a setting. */
import { z } from 'zod';
import { Refusal } from '../wire.js';
import { epochSeconds, operation } from './operation.js';

export const secretOperations = {
  GetSecretValue: operation(z.object({ SecretId: z.string().min(1).max(2048) }), (world, { SecretId }) => {
    const value = world.settings.secrets[SecretId];
    if (value === undefined)
      throw new Refusal('ResourceNotFoundException', 400, "Secrets Manager can't find the specified secret.");
    return {
      ARN: SecretId,
      Name: SecretId.replace(/^.*:secret:/, '').replace(/-\w{6}$/, ''),
      SecretString: value,
      VersionStages: ['AWSCURRENT'],
      CreatedDate: epochSeconds(world.clock.wall()),
    };
  }),
};
