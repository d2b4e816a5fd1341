/** The AlphaFold container: the five tasks of the folding workflow, with synthetic but well-formed results. */
import { toMilliseconds } from '../../clock.js';
import {
  jsonReply,
  refusal,
  usageOf,
  type Container,
  type Fields,
  type Reply,
  type Usage,
} from '../container.js';
import { makeAlignment, makeTemplates } from './alignment.js';
import { bandsOf, makePtm, mean, round } from './confidence.js';
import { passSeconds, profile } from './profile.js';
import { BadRequest, readRequest, type FoldingRequest } from './request.js';
import { plddtOf, predictStructures, relaxStructure } from './structures.js';

interface Task {
  /** How many passes the task makes over the sequence. */
  passes(request: FoldingRequest): number;
  answer(request: FoldingRequest, usage: Usage): Reply | Promise<Reply>;
}

const once = (): number => 1;

const tasks = {
  msa_generation: {
    passes: once,
    answer({ sequence }, usage) {
      const { a3m, depth, coverage } = makeAlignment(sequence);
      const msa = { $file: { name: 'msa.a3m', mediaType: 'text/plain', encoding: 'utf8', data: a3m } };
      return jsonReply(200, { msa, depth, coverage, usage });
    },
  },
  template_search: {
    passes: once,
    answer: ({ sequence, useTemplates }, usage) =>
      jsonReply(200, { templates: useTemplates ? makeTemplates(sequence) : [], usage }),
  },
  structure_prediction: {
    passes: ({ numModels }) => numModels,
    async answer({ sequence, numModels }, usage) {
      const ranking: string[] = [];
      const parts: Buffer[] = [];
      for await (const structure of predictStructures(sequence, numModels)) {
        ranking.push(structure.model);
        parts.push(Buffer.from((parts.length === 0 ? '{"structures":[' : ',') + JSON.stringify(structure)));
      }
      parts.push(Buffer.from(`],"ranking":${JSON.stringify(ranking)},"usage":${JSON.stringify(usage)}}`));
      return { status: 200, contentType: 'application/json', body: Buffer.concat(parts) };
    },
  },
  relaxation: {
    passes: once,
    answer({ sequence, relaxStructure: wanted, structures = [] }, usage) {
      const best = wanted ? bestOf(structures) : undefined;
      const relaxed = structures.map((structure) =>
        structure === best ? relaxStructure(sequence, structure) : structure,
      );
      return jsonReply(200, { structures: relaxed, relaxed: best ? [best['model']] : [], usage });
    },
  },
  confidence_analysis: {
    passes: once,
    answer: ({ structures = [] }, usage) =>
      jsonReply(200, { confidence: judge(bestOf(structures) ?? {}), usage }),
  },
} satisfies Record<string, Task>;

const taskNames = Object.keys(tasks);
const needStructures = new Set(['relaxation', 'confidence_analysis']);

export const alphafold: Container = {
  warmUpSeconds: profile.warmUpSeconds,
  plan(body, _environment, billed) {
    try {
      const request = readRequest(body);
      if (!isTask(request.task)) {
        throw new BadRequest(`Unknown task "${request.task}"; known are ${taskNames.join(', ')}.`);
      }
      const task: Task = tasks[request.task];
      if (needStructures.has(request.task) && !request.structures?.length) {
        throw new BadRequest(`${request.task} needs "structures", best first.`);
      }
      const computeSeconds = toMilliseconds(task.passes(request) * passSeconds(request.sequence.length));
      return { computeSeconds, produce: async () => task.answer(request, usageOf(computeSeconds, billed)) };
    } catch (error) {
      if (error instanceof BadRequest) return refusal(400, error.message);
      throw error;
    }
  },
};

function isTask(name: string): name is keyof typeof tasks {
  return taskNames.includes(name);
}

function bestOf(structures: readonly Fields[]): Fields | undefined {
  return structures.find((structure) => structure['rank'] === 1) ?? structures[0];
}

function judge(best: Fields) {
  const plddt = plddtOf(best);
  const bands = bandsOf(plddt);
  const meanPlddt = round(mean(plddt), 2);
  const sure = Math.round((bands.veryHigh + bands.confident) * 100);
  return {
    meanPlddt,
    ptm: typeof best['ptm'] === 'number' ? best['ptm'] : makePtm(meanPlddt),
    bands,
    summary: `${sure}% of ${plddt.length} residues have a pLDDT of 70 or more; the mean is ${meanPlddt.toFixed(1)} (synthetic).`,
  };
}
