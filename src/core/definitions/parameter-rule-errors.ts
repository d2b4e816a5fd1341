/** Checks a parameter's validation rules when they are saved. */
import type { Fault } from '../errors.js';
import { patternFault } from '../validation/regex.js';
import { isWithin, RANGES, rangeText } from '../validation/ranges.js';
import type { WorkflowParameter } from '../workflows/workflow.js';
import type { Json } from '../json/json.js';

const TEXTS = ['string', 'fasta'];
const NUMBERS = ['number', 'integer'];
const ANY = ['string', 'fasta', 'number', 'integer', 'boolean', 'array', 'object'];

interface Rule {
  /** Parameter types that the rule applies to. */
  types: readonly string[];
  /** What is wrong with the limit; null if it is valid. */
  wrong: (limit: Json) => string | null;
}

const length = (types: readonly string[]): Rule => ({
  types,
  wrong: (limit) => (isWithin(RANGES.length, limit) ? null : rangeText(RANGES.length)),
});
const bound: Rule = {
  types: NUMBERS,
  wrong: (limit) => (typeof limit === 'number' ? null : 'must be a number'),
};

const RULES = new Map<string, Rule>([
  ['minLength', length(TEXTS)],
  ['maxLength', length(TEXTS)],
  ['minItems', length(['array'])],
  ['maxItems', length(['array'])],
  ['minimum', bound],
  ['maximum', bound],
  [
    'pattern',
    {
      types: TEXTS,
      wrong: (limit) => (typeof limit === 'string' ? patternFault(limit) : 'must be a pattern as text'),
    },
  ],
  [
    'alphabet',
    {
      types: TEXTS,
      wrong: (limit) =>
        typeof limit === 'string' && limit !== '' ? null : 'must be a text of the allowed letters',
    },
  ],
  [
    'enum',
    {
      types: ANY,
      wrong: (limit) => (Array.isArray(limit) && limit.length > 0 ? null : 'must be a list of values'),
    },
  ],
]);

const PAIRS = [
  ['minLength', 'maxLength'],
  ['minItems', 'maxItems'],
  ['minimum', 'maximum'],
] as const;

export function ruleFaults({ type, validation }: Pick<WorkflowParameter, 'type' | 'validation'>): Fault[] {
  const faults = Object.entries(validation).flatMap(([name, limit]): Fault[] => {
    const rule = RULES.get(name);
    if (!rule)
      return [{ path: name, message: `is not a rule: the rules are ${[...RULES.keys()].join(', ')}` }];
    if (!rule.types.includes(type))
      return [{ path: name, message: `does not apply to a parameter of type ${type}` }];
    const wrong = rule.wrong(limit);
    return wrong === null ? [] : [{ path: name, message: wrong }];
  });
  const crossed = PAIRS.filter(([least, most]) => {
    const [from, to] = [validation[least], validation[most]];
    return typeof from === 'number' && typeof to === 'number' && from > to;
  });
  return [
    ...faults,
    ...crossed.map(([least, most]) => ({ path: least, message: `must not be above ${most}` })),
  ];
}
