/** The licences of an output as one list, the strictest first. */
import type { components } from '../../../api/contract';

export interface Row {
  key: string;
  component: string;
  model: string;
  spdx: string;
  url: string | null;
  notice: string | null;
  obligation: 'Share alike' | 'Attribution' | 'Unknown' | 'None';
}

const WEIGHT = { 'Share alike': 0, Unknown: 1, Attribution: 2, None: 3 } as const;
/** Licences without obligations. */
const FREE = /^(CC0|Unlicense|0BSD|MIT-0|WTFPL)/;

export function obligationsOf({ models }: Pick<components['schemas']['Attributions'], 'models'>): Row[] {
  const rows = models.flatMap(({ modelId, displayName, licenses, dependencies }): Omit<Row, 'key'>[] => [
    ...licenses.map(({ type, spdx, url, attributionRequired, attributionText, shareAlike }) => ({
      component: words(type),
      model: displayName,
      spdx,
      url: https(url),
      notice: attributionText,
      obligation: shareAlike
        ? ('Share alike' as const)
        : attributionRequired
          ? ('Attribution' as const)
          : ('None' as const),
    })),
    ...dependencies.map(({ name, type, license, shareAlike }) => ({
      component: `${name}, ${words(type).toLowerCase()}`,
      model: modelId,
      spdx: license ?? 'not stated',
      url: null,
      notice: null,
      obligation: shareAlike
        ? ('Share alike' as const)
        : license === null
          ? ('Unknown' as const)
          : FREE.test(license)
            ? ('None' as const)
            : ('Attribution' as const),
    })),
  ]);
  return rows
    .map((row, n) => ({ ...row, key: String(n) }))
    .sort((one, other) => WEIGHT[one.obligation] - WEIGHT[other.obligation]);
}

const words = (type: string) => type.replaceAll('_', ' ').replace(/^./, (first) => first.toUpperCase());
/** A typed address becomes a link only if it is a web address. */
const https = (url: string | null) => (url !== null && /^https?:\/\//.test(url) ? url : null);
