/** The API's types for models, under the names that these pages use. */
import type { Got } from '../../api/client';
import type { components } from '../../api/contract';
import type { JsonObject } from '../../parts/code/json';

type Schemas = components['schemas'];

export type Model = Schemas['Model'];
export type ModelDetail = Schemas['ModelDetail'];
export type ModelThermal = Schemas['ModelThermal'];
export type HeatNow = Got<'/v1/thermal'>['models'][number];
/** Executions and spend of a model. */
export type Usage = Got<'/v1/costs'>['items'][number];
export type Licence = Schemas['License'];
/** On the board: its model, and its current status. */
export type BoardLicence = Schemas['BoardLicense'];
export type Dependency = Schemas['Dependency'];
export type Standing = BoardLicence['standing'];
export type ComplianceStatus = Licence['complianceStatus'];

/** The fields that an administrator may change, in one merge patch. */
export type Fields = JsonObject;
