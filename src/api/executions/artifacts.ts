/** The files that an execution made, and files derived from its structures. */
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { z } from 'zod';
import { NotFound } from '../../core/errors.js';
import { counted } from '../../core/validation/ranged-schemas.js';
import { RANGES } from '../../core/validation/ranges.js';
import { fileNameOf, markedName } from '../../core/workflows/title.js';
import { claimsOn, find } from '../../store/executions/executions.js';
import type { Caller } from '../../store/people/identity.js';
import type { TaskRow } from '../../store/executions/tasks.js';
import type { Infrastructure } from '../../infrastructure.js';
import { byId } from '../http/shapes.js';
import { hrefOf, missing } from './payloads.js';
import { PAYERS, route, type Answer, type Route } from '../http/route.js';
import { openStructures } from './structures.js';

const artifact = z
  .strictObject({
    name: z.string(),
    mediaType: z.string(),
    size: z.int(),
    sha256: z.string(),
    taskId: z.string(),
    mapIndex: z.int().nullable(),
    href: z.string(),
    /** Its model says that the content is synthetic. The name of the download says so too. */
    synthetic: z.boolean(),
  })
  .meta({ id: 'Artifact' });

const ALIGNMENT = 'msa.a3m';
const rank = counted(RANGES.rank);
const hash = z.string().regex(/^[0-9a-f]{64}$/);

const filesOf = (tasks: readonly TaskRow[]) =>
  tasks.flatMap(({ taskId, mapIndex, synthetic, files }) =>
    files.map(({ $file }) => ({ ...$file, taskId, mapIndex, synthetic })),
  );
type File = ReturnType<typeof filesOf>[number];

/** Files by name, and an alignment also under its usual name. */
function named(files: readonly File[]): File[] {
  const alignment = files.find(({ name }) => /\.a3m$/i.test(name));
  const hasOne = files.some(({ name }) => name === ALIGNMENT);
  return alignment && !hasOne ? [...files, { ...alignment, name: ALIGNMENT }] : [...files];
}

function shown(file: File, href: string) {
  const { key: _, ...rest } = file;
  return { ...rest, href };
}

const attached = (
  file: Pick<File, 'name' | 'mediaType' | 'size' | 'sha256' | 'synthetic'>,
  stream: Readable,
  execution: string | null,
): Answer => ({
  headers: {
    'Content-Type': file.mediaType,
    'Content-Length': String(file.size),
    'Content-Disposition': `attachment; filename="${downloadName(execution, file)}"`,
    ...(file.synthetic && { 'X-Synthetic': 'true' }),
    'Content-Security-Policy': "default-src 'none'; sandbox",
    ETag: `"${file.sha256}"`,
  },
  stream,
});

/** The name contains the name of the execution, and marks synthetic content. */
const downloadName = (
  execution: string | null,
  { name, synthetic }: { name: string; synthetic: boolean },
): string => markedName([fileNameOf(execution), name].filter((part) => part !== '').join('_'), synthetic);

export function artifactRoutes({ ledger, blobs }: Infrastructure): Route[] {
  const structures = openStructures(blobs);

  /** @throws NotFound */
  async function read(caller: Caller, id: string) {
    const { name, tasks, output, synthetic } = await find(ledger, await claimsOn(ledger, caller, id), id);
    return { name, files: named(filesOf(tasks)), tasks, output, synthetic };
  }

  return [
    route({
      method: 'get',
      path: '/v1/executions/:id/artifacts',
      operation: 'listArtifacts',
      roles: PAYERS,
      summary:
        'List the files of an execution, in the order of its tasks, and the files derived from its best structure',
      params: byId,
      status: 200,
      response: z.strictObject({ items: z.array(artifact) }),
      handle: async ({ caller, params: { id } }) => {
        const { files, tasks, output, synthetic } = await read(caller, id);
        const [best] = await structures.of(id, output);
        const maker = best && 'file' in best.pdb ? best.pdb.file.sha256 : null;
        const made = files.find(({ sha256 }) => sha256 === maker) ?? tasks.at(-1);
        const { taskId = '', mapIndex = null } = made ?? {};
        const derived = best ? await structures.list(best) : [];
        const names = new Set(files.map(({ name }) => name));
        const items = [
          ...files.map((file) => shown(file, hrefOf(id, file))),
          ...derived
            .filter(({ name }) => !names.has(name))
            .map((file) => ({
              ...file,
              taskId,
              mapIndex,
              synthetic,
              href: `/v1/executions/${id}/artifacts/${file.name}`,
            })),
        ];
        return { body: { items } };
      },
    }),
    route({
      method: 'get',
      path: '/v1/executions/:id/artifacts/:name',
      operation: 'downloadArtifact',
      roles: PAYERS,
      summary:
        'Download a file: the last one with this name, unless taskId, sha256 or the rank of a structure selects another',
      params: z.object({ id: z.uuid(), name: z.string().max(128) }),
      query: z.strictObject({
        taskId: z.string().max(100).optional(),
        sha256: hash.optional(),
        rank: rank.optional(),
      }),
      status: 200,
      response: 'application/octet-stream',
      handle: async ({ caller, params: { id, name }, query: { taskId, sha256, rank } }) => {
        const { name: execution, files, output, synthetic } = await read(caller, id);
        const file = files.findLast(
          (file) =>
            rank === undefined &&
            file.name === name &&
            file.taskId === (taskId ?? file.taskId) &&
            file.sha256 === (sha256 ?? file.sha256),
        );
        if (file) return attached(file, await blobs.open(file.key).catch(missing), execution);
        const isMade = taskId === undefined && sha256 === undefined;
        const wanted = isMade
          ? (await structures.of(id, output)).find((one) => one.rank === (rank ?? 1))
          : undefined;
        const made = wanted && (await structures.open(wanted, name));
        if (!made) throw new NotFound('file', `${name} of execution ${id}`);
        return attached({ ...made, synthetic }, made.stream, execution);
      },
    }),
    route({
      method: 'get',
      path: '/v1/executions/:id/pae',
      operation: 'getAlignedErrors',
      roles: PAYERS,
      summary:
        "Read a structure's predicted aligned errors: one byte for each pair of residues, row by row, in eighths of an ångström; the header X-Size is the number of residues",
      params: byId,
      query: z.strictObject({ rank: rank.default(1) }),
      headers: z.object({ 'accept-encoding': z.string().max(500).optional() }),
      status: 200,
      response: 'application/octet-stream',
      handle: async ({
        caller,
        params: { id },
        query: { rank },
        headers: { 'accept-encoding': accepted = '' },
      }) => {
        const { output } = await read(caller, id);
        const wanted = (await structures.of(id, output)).find((one) => one.rank === rank);
        const pae = wanted && (await structures.pae(wanted));
        if (!pae) throw new NotFound('structure with aligned errors', `of rank ${rank} in execution ${id}`);
        const headers = { 'X-Size': String(pae.side), Vary: 'Accept-Encoding' };
        const bytes = Readable.from(pieces(pae.bytes), { objectMode: false });
        if (!takesGzip(accepted))
          return { headers: { ...headers, 'Content-Length': String(pae.bytes.length) }, stream: bytes };
        return {
          headers: { ...headers, 'Content-Encoding': 'gzip' },
          stream: bytes.pipe(createGzip({ level: 4 })),
        };
      },
    }),
  ];
}

const PIECE = 256 * 1024;

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += PIECE) yield bytes.subarray(from, from + PIECE);
}

const takesGzip = (accepted: string): boolean =>
  accepted.split(',').some((coding) => /^\s*(gzip|\*)\s*(;\s*q=(0\.0*[1-9]\d*|1(\.0*)?)\s*)?$/i.test(coding));
