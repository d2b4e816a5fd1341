/** `npm run dev -- --seed`: the catalogue, three workflows and fifty executions of them, the same however often it runs. */
import { loadCatalogue } from '../../src/store/models/seed-catalogue.js';
import type { Ledger } from '../../src/store/db/ledger.js';

const UBIQUITIN = 'MQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEGIPPDQQRLIFAGKQLEDGRTLSDYNIQKESTLHLVLRLRGG';
const COUNT = 50;

const parameter = (name: string, type: string, more: object = {}) => ({
  name,
  displayName: name,
  type,
  ...more,
});
const common = { category: 'development', inputSchema: { type: 'object' } };

/** Side by side, one after another, and a map: with what can fail, be skipped and be tried again. */
const WORKFLOWS = [
  {
    ...common,
    workflowId: 'seed_compare_folds',
    name: 'Seed: compare two folds',
    parameters: [parameter('sequence', 'string')],
    outputMapping: { confidence: 'tasks.compare.output' },
    tasks: [
      { taskId: 'boltz', name: 'Boltz-1', type: 'task', modelId: 'boltz1' },
      { taskId: 'openfold', name: 'OpenFold', type: 'task', modelId: 'openfold' },
      {
        taskId: 'compare',
        name: 'Compare',
        type: 'transform',
        dependsOn: ['boltz', 'openfold'],
        inputMapping: {
          boltz: 'tasks.boltz.output.confidence',
          openfold: 'tasks.openfold.output.confidence',
        },
      },
    ],
  },
  {
    ...common,
    workflowId: 'seed_answer_each',
    name: 'Seed: answer each prompt',
    parameters: [parameter('prompts', 'array')],
    outputMapping: { count: 'size(tasks.answer.output)' },
    tasks: [
      {
        taskId: 'answer',
        name: 'Answer',
        type: 'task',
        modelId: 'mistral-7b-instruct',
        config: { map: { over: 'params.prompts', as: 'prompt', maxConcurrency: 4 } },
        inputMapping: { task: "'answer'", parameters: { prompt: 'prompt' } },
      },
    ],
  },
  {
    ...common,
    workflowId: 'seed_check_then_answer',
    name: 'Seed: check, then answer',
    title: 'params.prompt',
    parameters: [parameter('prompt', 'string'), parameter('answer', 'boolean', { default: true })],
    tasks: [
      {
        taskId: 'check',
        name: 'Check the prompt',
        type: 'validation',
        config: { checks: [{ check: 'length', value: 'params.prompt', minimum: 10, maximum: 200 }] },
      },
      {
        taskId: 'answer',
        name: 'Answer',
        type: 'task',
        modelId: 'mistral-7b-instruct',
        dependsOn: ['check'],
        condition: 'params.answer',
      },
    ],
  },
];

/** Every fifth prompt is too short and fails; every third is checked, and not answered. */
const PARAMETERS: Record<string, (n: number) => object> = {
  seed_compare_folds: (n) => ({ sequence: UBIQUITIN.slice(0, 40 + (n % 36)) }),
  seed_answer_each: (n) => ({
    prompts: Array.from({ length: 1 + (n % 5) }, (_, at) => `Prompt ${at} of ${n}.`),
  }),
  seed_check_then_answer: (n) => ({
    prompt: n % 5 === 0 ? `Why ${n}?` : `Explain protein number ${n} in a sentence.`,
    answer: n % 3 !== 0,
  }),
};

/**
 * Workflows and executions go through the API, as anybody's do.
 *
 * @throws Error when the API refuses one
 */
export async function seed({
  ledger,
  url,
  key,
  say,
}: {
  ledger: Ledger;
  url: string;
  key: string;
  say: (line: string) => void;
}): Promise<void> {
  const ask = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const response = await fetch(new URL(path, url), {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as { id: string; detail?: string };
    if (!response.ok && response.status !== 409)
      throw new Error(`${path} answered ${response.status}: ${answer.detail}`);
    return { isNew: response.ok, id: answer.id };
  };

  const { added } = await loadCatalogue(ledger);
  let workflows = 0;
  for (const workflow of WORKFLOWS) if ((await ask('/v1/workflows', workflow)).isNew) workflows += 1;
  const before = new Date();
  const ids = await Promise.all(
    Array.from({ length: COUNT }, async (_, n) => {
      const { workflowId } = WORKFLOWS[n % WORKFLOWS.length] as (typeof WORKFLOWS)[number];
      const parameters = PARAMETERS[workflowId]?.(n);
      const path = `/v1/workflows/${workflowId}/executions`;
      return (await ask(path, { parameters }, { 'idempotency-key': `dev-seed-${n}` })).id;
    }),
  );
  const [{ executions } = { executions: 0 }] = await ledger.query<{ executions: number }>(
    'select count(*)::int as executions from workflow_executions where id = any ($1) and created_at >= $2',
    [ids, before],
  );
  say(
    `seed      ${added.length} models, ${workflows} workflows and ${executions} executions that were not there`,
  );
}
