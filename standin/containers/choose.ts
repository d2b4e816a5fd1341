/** Chooses the container of a model by its environment, as an image tag would. */
import { alphafold } from './alphafold/container.js';
import { programOf } from './catalogue/container.js';
import { echo } from './echo.js';
import type { Container, Environment } from './container.js';

export function chooseContainer(environment: Environment): Container {
  const name = environment['MODEL_NAME'] ?? '';
  const container = name.startsWith('alphafold2') ? alphafold : (programOf(name) ?? echo);
  const seconds = (name: string): number => Number(environment[name] ?? Number.NaN);
  const warmUpSeconds = seconds('STANDIN_WARMUP_SECONDS');
  const unhealthySeconds = seconds('STANDIN_UNHEALTHY_SECONDS');
  return {
    ...container,
    ...(warmUpSeconds >= 0 && { warmUpSeconds }),
    ...(unhealthySeconds >= 0 && { unhealthySeconds }),
  };
}
