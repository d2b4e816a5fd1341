/** CEL with a meter: the text of an expression, with everything charged that it goes through, reads or makes. */
import type { ASTNode } from '@marcbachmann/cel-js';
import { isOwn } from './cel-functions.js';

const LOOPS = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);
export const MACROS: ReadonlySet<string> = new Set([...LOOPS, 'bind']);
/** An element that fails is no failure of these, but takes fifty times as long. */
const QUANTIFIERS = new Set(['all', 'exists']);
const FAILING = 45;
/** They take their arguments as they are written, or cost nothing. */
const FREE = new Set(['bind', 'has', 'or', 'orValue', 'value', 'hasValue', 'of', 'none']);
/** With a time zone they make a calendar each time. */
const CALENDAR = /^get[A-Z]/;
const CALENDAR_STEPS = 1_000;
/** As many as elements that may stand in so many bytes. */
const PARSED = 8;

/** The text of `node` with the functions of `cel-functions.ts`: only an environment that has them can read it. */
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

/** What an operator reads of one side; a literal on the other one ends a comparison at once. */
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
