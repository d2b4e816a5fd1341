/** The totals above the cost table, and the amounts that they do not include yet. */
import type { Got } from '../../../api/client';
import { usd } from '../../../parts/quantities';

type Totals = Got<'/v1/costs'>['totals'];

/** The cost of running instances is not allocated yet, so neither cost nor margin is final. */
export function headline(
  { priceUsd, loadedUsd, marginUsd, idleUsd, executions }: Totals,
  openUsd: string,
): [label: string, value: string][] {
  const isOpen = Number(openUsd) > 0;
  return [
    ['Price', usd(priceUsd)],
    ...(loadedUsd === undefined
      ? []
      : ([
          ['Cost', isOpen ? `${usd(loadedUsd)}, ${usd(openUsd)} not settled yet` : usd(loadedUsd)],
          ['Margin', isOpen ? 'Not settled yet' : usd(marginUsd)],
          ['Idle', usd(idleUsd)],
        ] as [string, string][])),
    ['Executions', executions.toLocaleString('en-US')],
  ];
}
