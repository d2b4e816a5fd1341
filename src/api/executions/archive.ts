/** All files of an execution as one zip: files of its tasks, its output, and the licence notices. */
import { Readable, type PassThrough } from 'node:stream';
import { ZipFile } from 'yazl';
import { attributionsOf, noticeText } from '../../core/models/attribution.js';
import { fileNameOf, markedName } from '../../core/workflows/title.js';
import { readCredits } from '../../store/models/attributions.js';
import { claimsOn, find } from '../../store/executions/executions.js';
import type { Infrastructure } from '../../infrastructure.js';
import { byId } from '../http/shapes.js';
import { present } from './payloads.js';
import { PAYERS, route, type Route } from '../http/route.js';

export function archiveRoutes({ ledger, blobs }: Infrastructure): Route[] {
  /** Opens each file only when its turn comes: an execution may have more files than a process can hold open. */
  async function* bytesOf(key: string): AsyncGenerator<Uint8Array> {
    yield* await blobs.open(key);
  }

  return [
    route({
      method: 'get',
      path: '/v1/executions/:id/archive',
      operation: 'downloadArchive',
      roles: PAYERS,
      summary: 'Download all files of an execution as a zip, with its output and the required notices',
      params: byId,
      status: 200,
      response: 'application/zip',
      handle: async ({ caller, params: { id }, gone }) => {
        const claims = await claimsOn(ledger, caller, id);
        const { name, output, tasks, workflowId, workflowVersion, synthetic } = await find(
          ledger,
          claims,
          id,
        );
        const { used: credits } = await readCredits(ledger, claims.tenantId, id);
        const zip = new ZipFile();
        const notice = noticeText({ executionId: id, workflowId, workflowVersion }, attributionsOf(credits));
        zip.addBuffer(Buffer.from(notice), 'NOTICE.txt');
        if (output !== null)
          zip.addBuffer(
            Buffer.from(`${JSON.stringify(await present(blobs, id, output), null, 2)}\n`),
            'output.json',
          );
        const taken = new Set<string>();
        for (const { taskId, mapIndex, files } of tasks) {
          const folder = mapIndex === null ? taskId : `${taskId}/${mapIndex}`;
          for (const { $file: file } of files) {
            // Tasks of a sub-workflow may name their files alike.
            const path = `${folder}/${file.name}`;
            const place = taken.has(path) ? `${folder}/${file.sha256.slice(0, 8)}_${file.name}` : path;
            if (taken.has(place)) continue;
            taken.add(place);
            zip.addReadStream(Readable.from(bytesOf(file.key), { objectMode: false }), place);
          }
        }
        zip.end();
        const stream = zip.outputStream as PassThrough;
        zip.on('error', (error: Error) => stream.destroy(error));
        gone.addEventListener('abort', () => stream.destroy());
        const title = markedName(fileNameOf(name) || workflowId, synthetic);
        return {
          headers: {
            'Content-Type': 'application/zip',
            'Content-Disposition': `attachment; filename="${title}_${id.slice(0, 8)}.zip"`,
            ...(synthetic && { 'X-Synthetic': 'true' }),
          },
          stream,
        };
      },
    }),
  ];
}
