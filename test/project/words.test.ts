/** Retired words stay retired: each has a plain word that stands in its place everywhere. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';

/** Each retired word in all its forms, and what to write instead. An identifier counts as the words that it is made of. */
const RETIRED: [words: string[], instead: string][] = [
  [['mend', 'mends', 'mended', 'mending'], 'fix, correct'],
  [['deed', 'deeds'], 'action'],
  [['foresee', 'foresees', 'foreseeing', 'foreseen', 'foresight'], 'forecast'],
  [['errand', 'errands', 'ticket', 'tickets'], 'message, delivery'],
  [['cellar'], 'infrastructure'],
  [['voyage', 'voyages'], 'virtual time'],
  [['rig', 'rigs'], 'harness'],
  [['house', 'houses'], 'system'],
  [['rooms'], 'services'],
  [['chore', 'chores'], 'maintenance task'],
  [['breath', 'breaths'], 'statement, transaction'],
  [['dear'], 'expensive'],
  [['dearer'], 'more expensive, higher'],
  [['dearest'], 'most expensive'],
  [['hold off', 'holds off', 'held off', 'deadman'], 'dead man, deadMan'],
  [['open desk'], 'startBrowser'],
  [['plant echo'], 'registerEchoModel'],
  [['plant workflow'], 'publishWorkflow'],
  [['planted'], 'seeded, registered, published, inserted'],
  [['make tick'], 'makeReconcile'],
  [['told'], 'reported, shown, returned, listed, said'],
  [['whoever'], 'a noun: a caller that, a user who, a process that'],
];

/** Names that cannot change, because others depend on them, and a term of the literature: in these files only. */
const EXCEPT: [text: string, files: RegExp, why: string][] = [
  [
    'perfect foresight',
    /^docs\/thermal\.md|^src\/core\/thermal\/policy-comparison/,
    'the literature says so',
  ],
  ['holdOff', /^src\/api\/|^test\/thermal\//, 'a field of the API'],
  ['hold_off_due', /^src\/store\/|^test\/thermal\//, 'a column'],
  ['hold_off_failure', /^src\/store\//, 'a column'],
  ['thermal_chores', /^ARCHITECTURE\.md|^src\/store\/|^test\/thermal\//, 'a table'],
  ['radiant-hold-off', /^src\/endpoints\//, 'a scheduled action in accounts at AWS'],
  ['RADIANT_DEADMAN_MS', /^(README|ARCHITECTURE)\.md|^src\/\w+\.ts/, 'a variable of the environment'],
  ['--rooms', /^src\/main\.ts/, 'the former name of an option'],
  ['rooms: former', /^src\/main\.ts/, 'the value of that option'],
  ['rooms?: Service[]', /^src\/main\.ts/, 'the value of that option'],
];

const ROOT = join(import.meta.dirname, '../..');
const PLACES = ['bench', 'src', 'standin', 'test', 'scripts', 'docs', 'dashboard/src'];
const PAGES = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'];
/** The contract is generated, pictures are no text, and this file names what it forbids. */
const LEFT_OUT = new RegExp(
  String.raw`^dashboard/src/api/contract\.ts$|\.png$|/${basename(import.meta.filename)}$`,
);

const files = [
  ...PAGES,
  ...PLACES.flatMap((place) =>
    readdirSync(join(ROOT, place), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1)),
  ),
].filter((file) => !LEFT_OUT.test(file));
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

/** `isTold` and `is_told` are "is told". */
const wordsOf = (line: string): string =>
  line
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, ' ')
    .replaceAll(/[_-]/g, ' ')
    .toLowerCase();

const INSTEAD = new Map(RETIRED.flatMap(([words, instead]) => words.map((word) => [word, instead] as const)));
const ANY = new RegExp(String.raw`\b(?:${[...INSTEAD.keys()].join('|')})\b`, 'g');

const retiredIn = (file: string, text: string): string[] =>
  text.split('\n').flatMap((line, index) => {
    const excepted = EXCEPT.filter(([, where]) => where.test(file));
    const judged = excepted.reduce((rest, [name]) => rest.replaceAll(name, ''), line);
    return [...wordsOf(judged).matchAll(ANY)].map(
      ([word]) => `${file}:${index + 1}: "${word}" is retired, write: ${INSTEAD.get(word)}`,
    );
  });

test('a retired word is found in prose and within identifiers', () => {
  const text = "// It was told.\nconst isMended = plantEcho(open_house, 'hold-off');\nforeseenAt()";
  expect(retiredIn('a.ts', text)).toEqual([
    'a.ts:1: "told" is retired, write: reported, shown, returned, listed, said',
    'a.ts:2: "mended" is retired, write: fix, correct',
    'a.ts:2: "plant echo" is retired, write: registerEchoModel',
    'a.ts:2: "house" is retired, write: system',
    'a.ts:2: "hold off" is retired, write: dead man, deadMan',
    'a.ts:3: "foreseen" is retired, write: forecast',
  ]);
  expect(retiredIn('a.ts', 'There is room for a threshold, by warehouse, with rigour.')).toEqual([]);
});

test('no file holds a retired word', () => {
  expect(files.length).toBeGreaterThan(800);
  expect(files.flatMap((file) => retiredIn(file, read(file)))).toEqual([]);
});

test.each(EXCEPT)('the exception %s in %s is still needed', (name, where) => {
  expect(files.some((file) => where.test(file) && read(file).includes(name))).toBe(true);
});
