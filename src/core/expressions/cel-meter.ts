/** Rewrites a CEL expression so that everything it visits, reads or makes is charged to the budget. */
import type { ASTNode } from '@marcbachmann/cel-js';
import { isOwn } from './cel-functions.js';

const LOOPS = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);
export const MACROS: ReadonlySet<string> = new Set([...LOOPS, 'bind']);
/** These ignore an element whose evaluation fails, but such an element takes fifty times as long. */
const QUANTIFIERS = new Set(['all', 'exists']);
const FAILING = 45;
/** Functions whose arguments are not charged: macros, and functions that cost nothing. */
const FREE = new Set(['bind', 'has', 'or', 'orValue', 'value', 'hasValue', 'of', 'none']);
/** With a time zone, each call creates a calendar. */
const CALENDAR = /^get[A-Z]/;
const CALENDAR_STEPS = 1_000;
/** Steps per character of parsed JSON: one for each element that the text may hold. */
const PARSED = 8;

/** The text of `node` with calls of `cel-functions.ts`. Only an environment with these functions can parse it. */
export function metered(node: ASTNode): string {
  const { op, args } = node;
  switch (op) {
    case 'value':
      return node.input.slice(node.start, node.end);
    case 'id':
      return args;
    case '.':
    case '.?':
      return `${metered(args[0])}${op}${args[1]}`;
    case '[]':
      return `${metered(args[0])}[${metered(args[1])}]`;
    case '[?]':
      return `${metered(args[0])}[?${metered(args[1])}]`;
    case 'list':
      return `[${args.map(metered).join(', ')}]`;
    case 'map':
      return `{${args.map(([key, value]) => `${metered(key)}: ${metered(value)}`).join(', ')}}`;
    case '?:':
      return `(${metered(args[0])} ? ${metered(args[1])} : ${metered(args[2])})`;
    case '!_':
    case '-_':
      return `(${op[0] as string}${metered(args)})`;
    case 'call':
      return called(args[0], args[1]);
    case 'rcall':
      return calledOn(args[0], args[1], args[2]);
    case 'in':
      return among(args[0], args[1]);
    default:
      return `(${operand(op, args[0], args[1])} ${op} ${operand(op, args[1], args[0])})`;
  }
}

function called(name: string, args: readonly ASTNode[]): string {
  const take = name === 'duration' ? (arg: ASTNode) => `length_(${metered(arg)})` : read;
  return `${name}(${args.map(FREE.has(name) || name === 're2' ? metered : take).join(', ')})`;
}

function calledOn(name: string, receiver: ASTNode, args: readonly ASTNode[]): string {
  if (isOwn(name)) return `${name}_(${[receiver, ...args].map(metered).join(', ')})`;
  if (LOOPS.has(name)) {
    const body = args.flatMap((arg) => [...nodesOf(arg)]).length + (QUANTIFIERS.has(name) ? FAILING : 0);
    return `${charged(receiver, body)}.${name}(${args.map(metered).join(', ')})`;
  }
  if (FREE.has(name)) return `${metered(receiver)}.${name}(${args.map(metered).join(', ')})`;
  const take = CALENDAR.test(name) ? (arg: ASTNode) => charged(arg, CALENDAR_STEPS) : read;
  const whole = name === 'json' ? charged(receiver, PARSED) : read(receiver);
  return `${whole}.${name}(${args.map(take).join(', ')})`;
}

/** Charges one side of an operator. A comparison with a literal ends early, so it is not charged in full. */
function operand(op: string, side: ASTNode, other: ASTNode): string {
  if (side.op === 'value') return metered(side);
  if (op === '+') return charged(side, 1);
  if (op === '==' || op === '!=') return other.op === 'value' ? metered(side) : `deep_(${metered(side)})`;
  return op.startsWith('<') || op.startsWith('>') ? read(side) : metered(side);
}

const among = (item: ASTNode, list: ASTNode): string =>
  `(${metered(item)} in ${item.op === 'value' ? charged(list, 1) : `deep_(${metered(list)})`})`;

const charged = (node: ASTNode, weight: number): string => `walk_(${metered(node)}, ${weight})`;
const read = (node: ASTNode): string => `read_(${metered(node)})`;

/** The nodes of an expression, parents first. */
export function* nodesOf(node: ASTNode): Generator<ASTNode> {
  yield node;
  for (const child of childrenOf(node)) yield* nodesOf(child);
}

export const childrenOf = ({ op, args }: ASTNode): ASTNode[] =>
  op === 'value' ? [] : [args].flat(3).filter((part): part is ASTNode => typeof part === 'object');
