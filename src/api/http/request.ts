/** Reads what a request asks for, and refuses what is not valid. */
import express from 'express';
import type { z } from 'zod';
import { InvalidInput, NotFound, type Fault } from '../../core/errors.js';
import { safeParse, faultsOf } from '../../core/validation/zod-errors.js';
import { checkShape } from '../../core/json/limits.js';
import type { Route } from './route.js';

/** @throws NotFound for path parameters that match nothing, InvalidInput with every other validation error */
export function read(route: Route, req: express.Request, inexact: readonly Fault[]) {
  const faults: Fault[] = [...inexact, ...checkShape(req.body), ...checkShape(req.query, 'query')];
  const parsed = (schema: z.ZodType | undefined, value: unknown, root: string): unknown => {
    if (!schema) return {};
    const result = safeParse(schema, value);
    if (!result.success) faults.push(...faultsOf(root, result.error));
    return result.data;
  };
  const params = route.params ? route.params.safeParse(req.params) : { success: true, data: {} };
  if (!params.success || checkShape(req.params).length > 0) throw new NotFound('such thing at', req.path);
  if (faults.length > 0) throw refused(faults);
  const parts = {
    params: params.data as unknown,
    query: parsed(route.query, req.query, 'query'),
    headers: parsed(route.headers, req.headers, 'headers'),
    body: parsed(route.body, req.body, ''),
  };
  if (faults.length > 0) throw refused(faults);
  return parts;
}

const refused = (faults: Fault[]) =>
  new InvalidInput('Validation failed. Fix the fields listed in `errors`.', faults);
