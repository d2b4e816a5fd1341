/** Generates the ranked structures of a prediction, one model at a time so that memory stays bounded. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { Fields, File } from '../container.js';
import { buildBackbone } from './backbone.js';
import { largestError, makePae, makePlddt, makePtm, mean, round } from './confidence.js';
import { foldChain, vary } from './fold.js';
import { printPdb } from './pdb.js';
import { seededChance } from './random.js';
import { assignShapes } from './shapes.js';

export interface Structure {
  rank: number;
  model: string;
  meanPlddt: number;
  ptm: number;
  plddt: number[];
  pdb: File;
  pae: File;
  maxPae: number;
}

/** Degrees by which the torsions of each model differ from the common fold, and by which relaxation changes them. */
const MODEL_SPREAD = 0.8;
const RELAXED_SPREAD = 0.1;

/** Yields the structures, best first: rank 1 has the highest mean pLDDT. */
export async function* predictStructures(sequence: string, numModels: number): AsyncGenerator<Structure> {
  const shapes = assignShapes(sequence);
  const fold = foldChain(sequence, shapes);
  const candidates = Array.from({ length: numModels }, (_, k) => {
    const model = `model_${k + 1}`;
    const plddt = makePlddt(sequence, shapes, model);
    return { model, plddt, meanPlddt: round(mean(plddt), 2) };
  }).sort((a, b) => b.meanPlddt - a.meanPlddt || a.model.localeCompare(b.model));
  for (const [k, { model, plddt, meanPlddt }] of candidates.entries()) {
    await breathe();
    const atoms = buildBackbone(vary(fold, MODEL_SPREAD, seededChance('model', sequence, model)));
    const errors = makePae(plddt, seededChance('pae', sequence, model));
    const title = `SYNTHETIC ${model.toUpperCase()}, RANK ${k + 1}, UNRELAXED`;
    yield {
      rank: k + 1,
      model,
      meanPlddt,
      ptm: makePtm(meanPlddt),
      plddt,
      pdb: pdbFile(`unrelaxed_${model}.pdb`, printPdb({ sequence, atoms, plddt, title })),
      pae: {
        $file: {
          name: `pae_${model}.bin`,
          mediaType: 'application/octet-stream',
          encoding: 'base64',
          data: errors.toString('base64'),
        },
      },
      maxPae: largestError(errors),
    };
  }
}

/** The best structure with its chain moved slightly, as Amber would; `model` and `plddt` are unchanged. */
export function relaxStructure(sequence: string, structure: Fields): Fields {
  const model = typeof structure['model'] === 'string' ? structure['model'] : 'model_1';
  const plddt = plddtOf(structure);
  const fold = foldChain(sequence, assignShapes(sequence));
  const predicted = vary(fold, MODEL_SPREAD, seededChance('model', sequence, model));
  const atoms = buildBackbone(vary(predicted, RELAXED_SPREAD, seededChance('relax', sequence, model)));
  const title = `SYNTHETIC ${model.toUpperCase()}, RANK 1, RELAXED`;
  return {
    ...structure,
    pdb: pdbFile(`relaxed_${model}.pdb`, printPdb({ sequence, atoms, plddt, title })),
  };
}

/** pLDDT of a structure in the request; an empty list if there is none. */
export function plddtOf(structure: Fields): number[] {
  const values: unknown = structure['plddt'];
  return Array.isArray(values) ? values.map(Number) : [];
}

function pdbFile(name: string, data: string): File {
  return { $file: { name, mediaType: 'chemical/x-pdb', encoding: 'utf8', data } };
}
