/** Which container stands behind a model: its environment says so, as an image tag would. */
import { alphafold } from './alphafold/container.js';
import { echo } from './echo.js';
import type { Container, Environment } from './container.js';

export function chooseContainer(environment: Environment): Container {
  const container = (environment['MODEL_NAME'] ?? '').startsWith('alphafold2') ? alphafold : echo;
  const warmUp = Number(environment['STANDIN_WARMUP_SECONDS'] ?? Number.NaN);
  return warmUp >= 0 ? { ...container, warmUpSeconds: warmUp } : container;
}
