/** The problems that need attention, the worst first. */
import type { Got } from '../../api/client';
import { plural, usd } from '../../parts/quantities';

export interface AlertEntry {
  /** As `State` colours it. */
  state: 'failed' | 'expired' | 'expiring' | 'review_needed';
  word: string;
  text: string;
  to: '/executions' | '/licences' | '/costs' | '/thermal' | '/models/$id';
  id?: string;
  search?: Record<string, string>;
}

type Thermal = Got<'/v1/thermal'>;
export interface Facts {
  failed24h: number;
  licences:
    | Pick<Got<'/v1/licenses/summary'>, 'expired' | 'expiringIn30Days' | 'nonCompliant' | 'reviewNeeded'>
    | undefined;
  budget: Pick<Got<'/v1/budget'>, 'limitUsd' | 'spentUsd' | 'reservedUsd'> | undefined;
  thermal:
    | {
        models: readonly Pick<Thermal['models'][number], 'modelId' | 'state' | 'failure'>[];
        orphans: readonly Pick<Thermal['orphans'][number], 'usdPerHour'>[];
        permissionsMissing: readonly Pick<Thermal['permissionsMissing'][number], 'action'>[];
      }
    | undefined;
}

const NEARLY = 0.8;

export function alertsOf({ failed24h, licences, budget, thermal }: Facts): AlertEntry[] {
  const found: AlertEntry[] = [];
  const add = (alert: AlertEntry) => void found.push(alert);
  for (const { modelId, failure } of thermal?.models.filter(({ state }) => state === 'FAILED') ?? [])
    add({
      state: 'failed',
      word: 'Model failed',
      text: `${modelId}: ${failure ?? 'no reason is given.'}`,
      to: '/models/$id',
      id: modelId,
    });
  if (failed24h > 0)
    add({
      state: 'failed',
      word: 'Failed',
      text: `${plural(failed24h, 'execution')} in the last 24 h`,
      to: '/executions',
      search: { status: 'failed' },
    });
  const orphans = thermal?.orphans ?? [];
  if (orphans.length > 0) {
    const perHour = orphans.reduce((sum, { usdPerHour }) => sum + Number(usdPerHour ?? 0), 0);
    const hourly = orphans.some(({ usdPerHour }) => usdPerHour !== null) ? `, ${usd(perHour)} per hour` : '';
    add({
      state: 'failed',
      word: 'Orphans',
      text: `${plural(orphans.length, 'endpoint')} of no model${hourly}`,
      to: '/thermal',
    });
  }
  const missing = thermal?.permissionsMissing ?? [];
  if (missing.length > 0)
    add({
      state: 'failed',
      word: 'Permissions',
      text: `${plural(missing.length, 'permission')} missing: ${missing.map(({ action }) => action).join(', ')}`,
      to: '/thermal',
    });
  if (licences?.nonCompliant)
    add({
      state: 'failed',
      word: 'Non-compliant',
      text: `a licence of ${plural(licences.nonCompliant, 'model')}`,
      to: '/licences',
      search: { compliance: 'non_compliant' },
    });
  if (licences?.expired)
    add({
      state: 'expired',
      word: 'Expired',
      text: `a licence of ${plural(licences.expired, 'model')}`,
      to: '/licences',
      search: { compliance: 'expired' },
    });
  if (budget?.limitUsd) {
    const used = (Number(budget.spentUsd) + Number(budget.reservedUsd)) / Number(budget.limitUsd);
    if (used >= NEARLY)
      add({
        state: used >= 1 ? 'failed' : 'review_needed',
        word: 'Budget',
        text: `${Math.round(used * 100)} % of ${usd(budget.limitUsd)} is spent or kept back this month`,
        to: '/costs',
      });
  }
  if (licences?.expiringIn30Days)
    add({
      state: 'expiring',
      word: 'Expiring',
      text: `a licence of ${plural(licences.expiringIn30Days, 'model')} within 30 days`,
      to: '/licences',
      search: { compliance: 'expiring' },
    });
  if (licences?.reviewNeeded)
    add({
      state: 'review_needed',
      word: 'Review needed',
      text: `a licence of ${plural(licences.reviewNeeded, 'model')}`,
      to: '/licences',
      search: { compliance: 'review_needed' },
    });
  return found;
}
