/** Which tenants may use a model: its licences and its tier decide. */
import { plural } from '../../parts/quantities';

const TIERS = 5;

export function mayBeUsed({
  enabled,
  minTier,
  usable: { commercial, nonCommercial },
}: {
  enabled: boolean;
  minTier: number;
  usable: { commercial: boolean; nonCommercial: boolean };
}): string {
  if (!enabled || !(commercial || nonCommercial)) return 'by nobody';
  const who =
    minTier <= 1 ? 'by everybody' : minTier >= TIERS ? `on tier ${minTier}` : `from tier ${minTier} on`;
  return commercial ? who : `${minTier <= 1 ? '' : `${who}, `}not commercially`;
}

/** What happens to workflows when their model is disabled or retired. */
export const usedWords = (count: number, more: boolean): string =>
  count === 0
    ? 'No workflow uses it.'
    : `${plural(count, 'workflow uses it', 'workflows use it')}${more ? ' at least' : ''}; a run of ${count === 1 ? 'it' : 'them'} will be refused, unless the model is only a fallback there:`;
