/** Reads the samples: workflows with all that one run of them needs, as JSON files in `samples`. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RadiantError } from '../core/errors.js';

const FOLDER = fileURLToPath(new URL('../../samples', import.meta.url));

/** One of this name is changed if there is one. */
interface Named {
  name: string;
  workflowId: string;
  scheme?: string;
  secret?: string;
}

/** Bodies are those of the API. Exactly one of `execution`, `schedule` and `trigger` says how an execution begins. */
export interface Sample {
  /** One sentence. */
  shows: string;
  /** What of its results is not real. */
  synthetic?: string;
  /** Models that the catalogue does not have. `$ENDPOINT` in them is the address of the samples' own endpoint. */
  models?: { modelId: string; deployment: object }[];
  workflows: { workflowId: string }[];
  execution?: { workflowId: string; request: object };
  /** Is run by hand as well, since its time may be far away. */
  schedule?: Named;
  /** Receives `delivery`, signed as its scheme says (Standard Webhooks). */
  trigger?: Named;
  delivery?: object;
  /** Answers each approval of the execution. */
  decision?: object;
}

export async function sampleNames(): Promise<string[]> {
  const files = await readdir(FOLDER);
  return files
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .toSorted();
}

/**
 * A text `@name` is replaced by the content of `samples/name`.
 *
 * @throws RadiantError `unknown_sample`, which names the samples
 */
export async function readSample(name: string, endpoint: string): Promise<Sample> {
  const names = await sampleNames();
  if (!names.includes(name)) {
    throw new RadiantError(
      'unknown_sample',
      `There is no sample ${name}. Choose one of ${names.join(', ')}.`,
    );
  }
  const text = await readFile(join(FOLDER, `${name}.json`), 'utf8');
  const contents = new Map<string, string>();
  for (const [, file = ''] of text.matchAll(/"@([\w.-]+)"/g))
    contents.set(`@${file}`, await readFile(join(FOLDER, file), 'utf8'));
  return JSON.parse(text, (_, value: unknown) =>
    typeof value === 'string' ? (contents.get(value) ?? value.replace('$ENDPOINT', endpoint)) : value,
  ) as Sample;
}
