/** Licence compliance of the whole catalogue: the board, its summary, and the notices of all models. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import { catalogueNotice } from '../../core/models/attribution.js';
import { SPDX_LICENSES } from '../../core/models/spdx.js';
import { complianceStateOf, COMPLIANCE_STATES } from '../../core/models/compliance.js';
import { licenseBoard } from '../../store/models/licenses.js';
import type { Infrastructure } from '../../infrastructure.js';
import { licenseShape } from './licenses.js';
import { cut, pageOf, pageQuery } from '../http/paging.js';
import { ADMINISTRATORS, route, type Route } from '../http/route.js';

const onBoard = licenseShape
  .extend({ modelId: z.string(), modelName: z.string(), standing: z.enum(COMPLIANCE_STATES) })
  .meta({ id: 'BoardLicense' });

export const complianceRoutes = ({ ledger, models }: Infrastructure): Route[] => [
  route({
    method: 'get',
    path: '/v1/licenses',
    operation: 'listLicenses',
    roles: ADMINISTRATORS,
    summary: 'List the licences of all enabled models with their compliance state',
    query: z.strictObject({
      compliance: z.enum(COMPLIANCE_STATES).optional(),
      spdx: z.string().max(50).optional(),
      q: z.string().max(200).optional(),
      ...pageQuery,
    }),
    status: 200,
    response: pageOf(onBoard),
    handle: async ({ query: { compliance, spdx, q = '', ...page } }) => {
      const all = (await licenseBoard(ledger)).map(({ now, ...license }) => ({
        ...license,
        standing: complianceStateOf(license, now),
      }));
      const found = all.filter(
        (license) =>
          (compliance === undefined || license.standing === compliance) &&
          (spdx === undefined || license.spdx === spdx) &&
          [license.modelId, license.modelName, license.type, license.spdx, license.complianceNotes]
            .join(' ')
            .toLowerCase()
            .includes(q.toLowerCase()),
      );
      return { body: cut(found, page) };
    },
  }),
  route({
    method: 'get',
    path: '/v1/licenses/spdx',
    operation: 'listSpdxLicenses',
    roles: ADMINISTRATORS,
    summary: 'List the SPDX licences to choose from, with their main conditions',
    query: z.strictObject({
      /** A part of the id, in any case. */
      q: z.string().max(50).optional(),
      ...pageQuery,
    }),
    status: 200,
    response: pageOf(
      z
        .strictObject({
          id: z.string(),
          /** Forbids commercial use, or use in production. */
          nonCommercial: z.boolean(),
          /** Derived works must be passed on under the same terms. */
          shareAlike: z.boolean(),
        })
        .meta({ id: 'SpdxLicense' }),
    ),
    handle: ({ query: { q = '', ...page } }) => ({
      body: cut(
        SPDX_LICENSES.filter(({ id }) => id.toLowerCase().includes(q.toLowerCase())),
        page,
      ),
    }),
  }),
  route({
    method: 'get',
    path: '/v1/licenses/summary',
    operation: 'getLicenseSummary',
    roles: ADMINISTRATORS,
    summary: 'Read how many enabled models are in each compliance state',
    status: 200,
    response: z
      .strictObject({
        totalModels: z.int(),
        commercialOk: z.int(),
        reviewNeeded: z.int(),
        nonCompliant: z.int(),
        expired: z.int(),
        expiringIn30Days: z.int(),
      })
      .meta({ id: 'LicenseSummary' }),
    handle: async () => ({ body: await models.licenseSummary() }),
  }),
  route({
    method: 'get',
    path: '/v1/licenses/notice',
    operation: 'downloadNotice',
    roles: ADMINISTRATORS,
    summary: 'Download the notices of all enabled models as one text file',
    status: 200,
    response: 'text/plain',
    handle: async () => ({
      headers: { 'Content-Disposition': 'attachment; filename="NOTICE.txt"' },
      stream: Readable.from([catalogueNotice(await models.list())]),
    }),
  }),
];
