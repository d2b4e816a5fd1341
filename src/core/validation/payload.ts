/** Checks JSON that comes from outside and becomes the output of a task. */
import type { Fault } from '../errors.js';
import type { Json, JsonObject } from '../json/json.js';
import { checkSchema } from './json-schema.js';

/** Marks of values that blob storage holds: nobody outside may name one. */
const STORED = /"\$(file|blob)":/;

/** @param path of the payload in the request */
export function payloadFaults(schema: JsonObject | undefined, payload: Json, path: string): Fault[] {
  if (STORED.test(JSON.stringify(payload)))
    return [{ path, message: 'must not have the keys $file and $blob' }];
  return schema ? checkSchema(schema, payload, path) : [];
}
