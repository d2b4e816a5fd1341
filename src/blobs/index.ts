/** Payloads too big for a row: bytes under a key, on disk or in S3. */
export type { Blobs } from './blob.js';
export { diskBlobs } from './disk.js';
export { s3Blobs } from './s3.js';
export { watchBlobs, type BlobWatch } from './watch.js';
export { bytesAway, offload, restore } from './payload.js';
export { inlineFiles, storeFiles, type FileRef } from './files.js';
