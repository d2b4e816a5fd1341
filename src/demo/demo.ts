/** The demo: folds one protein through the public API and shows the progress. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect, Problem, type Api, type Execution } from './api.js';
import { addresses, failure, success } from './ending.js';
import { follow } from './follow.js';
import { openScreen, type Out } from './screen.js';

const WORKFLOW = 'protein_folding_alphafold2';
const SAMPLE = fileURLToPath(new URL('../../samples/hba1.fasta', import.meta.url));
const STOPPED = 130;

export interface Demo {
  /** The address of Radiant's API. */
  url: string;
  key: string;
  /** The structure is saved in its `results/<executionId>/`. */
  dataDir: string;
  /** A FASTA file; human haemoglobin if undefined. */
  fasta: string | undefined;
  signal: AbortSignal;
  out?: Out;
}

/**
 * Resolves to the exit code: 0 if the execution succeeded, 1 if it did not or was refused, 130 if `signal` aborted.
 *
 * @throws if the file or the API cannot be read, so that the result is unknown
 */
export async function runDemo({
  url,
  key,
  dataDir,
  fasta,
  signal,
  out = process.stdout,
}: Demo): Promise<number> {
  const say = (lines: string[]) => out.write(`${lines.join('\n')}\n`);
  try {
    const sequence = await readFile(fasta ?? SAMPLE, { encoding: 'utf8', signal });
    const api = connect(url, key, signal);
    const { id } = await api.post<Execution>(`/v1/workflows/${WORKFLOW}/executions`, {
      parameters: { sequence },
    });
    say(['', `Execution ${id}, ${fasta ?? 'human haemoglobin subunit alpha (samples/hba1.fasta)'}`, '']);
    const ended = await show(api, id, out, signal);
    const structure = ended.output?.structures[0]?.pdb.$file.name;
    const path =
      ended.status === 'succeeded' && structure ? await keep(api, id, structure, dataDir) : undefined;
    say(path ? success(ended, path) : failure(ended));
    say(addresses(url, join(dataDir, 'admin.key')));
    return path ? 0 : 1;
  } catch (error) {
    if (signal.aborted) {
      say(['', 'Stopping. A running execution continues when Radiant starts again.']);
      return STOPPED;
    }
    if (!(error instanceof Problem)) throw error;
    say([error.message, ...error.errors.map(({ path, message }) => `  ${path}: ${message}`)]);
    return 1;
  }
}

async function show(api: Api, id: string, out: Out, signal: AbortSignal): Promise<Execution> {
  const screen = openScreen(out);
  let last: Execution | undefined;
  try {
    for await (const view of follow(api, id, signal)) {
      screen.show(view, new Date());
      last = view.execution;
    }
  } finally {
    screen.close();
  }
  return last as Execution;
}

/** Saves a file of the execution in the data directory. Resolves to its path. */
async function keep(api: Api, id: string, name: string, dataDir: string): Promise<string> {
  const bytes = await api.bytes(`/v1/executions/${id}/artifacts/${encodeURIComponent(name)}`);
  const folder = resolve(dataDir, 'results', id);
  await mkdir(folder, { recursive: true });
  const path = join(folder, basename(name));
  await writeFile(path, bytes);
  return path;
}
