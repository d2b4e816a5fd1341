/** One structure from one sequence, as ESMFold, OpenFold, RoseTTAFold and Boltz-1 return it. */
import { bandsOf } from '../alphafold/confidence.js';
import { predictStructures, type Structure } from '../alphafold/structures.js';
import { sequenceIn, type Program } from './program.js';

export const foldWith = ({
  secondsPer100,
  longest,
}: {
  secondsPer100: number;
  longest: number;
}): Program => ({
  seconds: (parameters) => Math.max(1, (sequenceIn(parameters, longest).length / 100) * secondsPer100),
  async answer(parameters) {
    const structures: Structure[] = [];
    for await (const structure of predictStructures(sequenceIn(parameters, longest), 1))
      structures.push(structure);
    const [{ meanPlddt, ptm, plddt }] = structures as [Structure];
    return { structures, confidence: { meanPlddt, ptm, bands: bandsOf(plddt) } };
  },
});
