/** Blobs in a local folder: the default of `npm start` without a bucket. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { NotFound } from '../core/errors.js';
import { checkKey, type Blobs } from './blob.js';

/** Other users of this machine must not read payloads. */
const PRIVATE = { recursive: true, mode: 0o700 };

export function diskBlobs(dir: string): Blobs {
  const root = resolve(dir);
  // No key begins with a dot, so an unfinished file is never read as a blob.
  const unfinished = join(root, '.unfinished');
  const place = (key: string) => join(root, checkKey(key));

  return {
    async put(key, bytes) {
      const path = place(key);
      const draft = join(unfinished, randomUUID());
      await Promise.all([mkdir(unfinished, PRIVATE), mkdir(dirname(path), PRIVATE)]);
      try {
        await writeSynced(draft, bytes);
        await rename(draft, path);
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
      // The rename, and every folder created for it, must survive a power failure.
      for (let folder = dirname(path); folder.length >= root.length; folder = dirname(folder))
        await syncFolder(folder);
    },
    get: (key) => readFile(place(key)).catch((error: unknown) => absent(error, key)),
    async open(key) {
      const file = await open(place(key)).catch((error: unknown) => absent(error, key));
      return file.createReadStream();
    },
    remove: (key) => rm(place(key), { force: true }),
  };
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function absent(error: unknown, key: string): never {
  throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? new NotFound('blob', key) : error;
}
