/** Embeddings of proteins and texts, and text that continues a prompt, generated from a seed. */
import { round } from '../alphafold/confidence.js';
import { seededChance } from '../alphafold/random.js';
import { BadRequest } from '../alphafold/request.js';
import type { Fields } from '../container.js';
import { sequenceIn, textIn, wholeIn, type Program } from './program.js';

const PROTEIN_DIMENSIONS = 2_560;
const TEXT_DIMENSIONS = 1_024;
const LONGEST_PROTEIN = 1_024;
const LONGEST_PROMPT = 30_000;

/** Normalised to length 1, as such models return it. */
function embeddingOf(dimensions: number, ...seed: string[]): number[] {
  const chance = seededChance(...seed);
  const raw = Array.from({ length: dimensions }, () => chance.spread(1));
  const length = Math.hypot(...raw);
  return raw.map((value) => round(value / length, 6));
}

export const embedProtein: Program = {
  seconds: (parameters) => 0.5 + sequenceIn(parameters, LONGEST_PROTEIN).length / 400,
  answer(parameters) {
    const sequence = sequenceIn(parameters, LONGEST_PROTEIN);
    const embedding = embeddingOf(PROTEIN_DIMENSIONS, 'esm2', sequence);
    return { embedding, dimensions: PROTEIN_DIMENSIONS, residues: sequence.length };
  },
};

function textsIn({ texts }: Fields): string[] {
  const isList = Array.isArray(texts) && texts.length > 0 && texts.length <= 64;
  if (!isList || !texts.every((text) => typeof text === 'string'))
    throw new BadRequest('parameters.texts must be 1 to 64 texts.');
  return texts;
}

export const embedTexts: Program = {
  seconds: (parameters) => 0.05 * textsIn(parameters).length,
  answer: (parameters) => ({
    embeddings: textsIn(parameters).map((text) => embeddingOf(TEXT_DIMENSIONS, 'bge', text)),
    dimensions: TEXT_DIMENSIONS,
  }),
};

const WORDS =
  'the a this synthetic answer stands for what a model would say about your prompt and holds no knowledge of it'.split(
    ' ',
  );

export const generateText: Program = {
  seconds: (parameters) => 0.5 + wholeIn(parameters, 'maxTokens', 256, 1, 4_096) / 40,
  answer(parameters) {
    const prompt = textIn(parameters, 'prompt', LONGEST_PROMPT);
    const chance = seededChance('mistral', prompt);
    const completion = Math.min(60, wholeIn(parameters, 'maxTokens', 256, 1, 4_096));
    const words = Array.from({ length: completion }, () => chance.pick(WORDS));
    return {
      text: `[synthetic] ${words.join(' ')}.`,
      finishReason: 'stop',
      tokens: { prompt: Math.ceil(prompt.length / 4), completion },
    };
  },
};
