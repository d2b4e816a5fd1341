/** The containers of the catalogue's models: synthetic answers of the right shape, derived from the input and marked as such. */
import { toMilliseconds } from '../../clock.js';
import { BadRequest } from '../alphafold/request.js';
import { fieldsOf, jsonReply, refusal, usageOf, type Container } from '../container.js';
import { dock, generateBackbone, inverseFold } from './design.js';
import { foldWith } from './folding.js';
import { embedProtein, embedTexts, generateText } from './language.js';
import { drawImage, transcribe } from './media.js';
import type { Program } from './program.js';

/** By the MODEL_NAME of the model's environment. */
const PROGRAMS: Readonly<Record<string, Program>> = {
  esmfold_v1: foldWith({ secondsPer100: 2.4, longest: 1_024 }),
  openfold: foldWith({ secondsPer100: 5, longest: 2_000 }),
  rosettafold: foldWith({ secondsPer100: 6, longest: 1_000 }),
  boltz1: foldWith({ secondsPer100: 8, longest: 1_024 }),
  esm2_t36_3B_UR50D: embedProtein,
  'bge-large-en': embedTexts,
  'mistral-7b-instruct': generateText,
  'whisper-large-v3': transcribe,
  'sdxl-base': drawImage,
  proteinmpnn: inverseFold,
  rfdiffusion: generateBackbone,
  diffdock: dock,
};

export const programOf = (name: string): Container | undefined => {
  const program = Object.hasOwn(PROGRAMS, name) ? PROGRAMS[name] : undefined;
  return program && contain(program);
};

const contain = ({ seconds, answer }: Program): Container => ({
  warmUpSeconds: 180,
  plan(body, _environment, billed) {
    try {
      const parameters = fieldsOf(fieldsOf(parse(body))['parameters']);
      const computeSeconds = toMilliseconds(seconds(parameters));
      const produce = async () => {
        try {
          const made = await answer(parameters);
          return jsonReply(200, { ...made, synthetic: true, usage: usageOf(computeSeconds, billed) });
        } catch (error) {
          if (error instanceof BadRequest) return jsonReply(400, { error: error.message });
          throw error;
        }
      };
      return { computeSeconds, produce };
    } catch (error) {
      if (error instanceof BadRequest) return refusal(400, error.message);
      throw error;
    }
  },
});

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new BadRequest('The request body is not JSON.');
  }
}
