/** Watches whether blob storage is usable: one failure marks it as down, and a successful write marks it as up again. */
import { randomUUID } from 'node:crypto';
import { bucketRegionOf } from '../core/aws-client.js';
import { RadiantError, Unavailable } from '../core/errors.js';
import { damped, type Log } from '../log.js';
import { startLoop } from '../loop.js';
import type { Blobs } from './blob.js';

export interface BlobWatch {
  /** The same storage. A failure that does not concern the key itself is `Unavailable`. */
  blobs: Blobs;
  /** False from a failure until a write succeeds again. */
  isUp(): boolean;
  stop(): void;
}

const TRY_AGAIN_MS = 1_000;
const NEVER_MS = 2 ** 31 - 1;
/** A full disk may accept one byte but not the next answer, so the probe is as large as the failed write, up to this. */
const PROBE_BYTES = 8 * 1024 * 1024;

/** @param report called at a failure, each second while it lasts, and when storage works again; must not throw */
export function watchBlobs(
  place: Blobs,
  { log, report }: { log: Log; report: (isUp: boolean) => Promise<void> },
): BlobWatch {
  const probeKey = `probe/${randomUUID()}`;
  const lines = damped(log);
  let isUp = true;
  let bytes = 0;

  function failed(error: unknown, size: number): never {
    if (error instanceof RadiantError) throw error;
    bytes = Math.min(PROBE_BYTES, Math.max(bytes, size));
    const why = reasonOf(error);
    lines.error('storage.unavailable', error, { bytes: size, why });
    isUp = false;
    probing.wake();
    const message = `The storage for files and large results cannot be used (${why}). Tasks that need it wait.`;
    throw new Unavailable('storage_unavailable', message, { cause: error });
  }

  async function probe(): Promise<number> {
    if (isUp) return NEVER_MS;
    try {
      await place.put(probeKey, Buffer.alloc(bytes), 'application/octet-stream');
      await place.remove(probeKey);
      isUp = true;
      bytes = 0;
      log.info('storage.available');
    } catch (error) {
      lines.error('storage.still_unavailable', error, { why: reasonOf(error) });
    }
    await report(isUp);
    return isUp ? NEVER_MS : TRY_AGAIN_MS;
  }
  const probing = startLoop(probe, NEVER_MS, (error) => log.error('storage.probe_failed', error));

  return {
    blobs: {
      put: (key, content, mediaType) =>
        place.put(key, content, mediaType).catch((error: unknown) => failed(error, content.length)),
      get: (key) => place.get(key).catch((error: unknown) => failed(error, 0)),
      open: (key) => place.open(key).catch((error: unknown) => failed(error, 0)),
      remove: (key) => place.remove(key).catch((error: unknown) => failed(error, 0)),
    },
    isUp: () => isUp,
    stop: () => void probing.stop(),
  };
}

/** The error code of the system or the provider, such as `ENOSPC`. Messages are never used, since they may quote content. */
function reasonOf(error: unknown): string {
  const region = bucketRegionOf(error);
  if (region) return `its bucket is in the region ${region}. Set AWS_REGION to it`;
  const { code, name } = error as { code?: unknown; name?: unknown };
  const word = typeof code === 'string' ? code : String(name);
  return /^[A-Za-z]{1,40}$/.test(word) ? word : 'unknown';
}
