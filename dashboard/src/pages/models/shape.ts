/** The API's types for models, under the names that these pages use. */
import type { Got } from '../../api/client';
import type { PathsIn } from '../../api/paths';
import type { components, Json, JsonObject, paths } from '../../api/contract';

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
export type Compliance = BoardLicence['standing'];
export type ComplianceStatus = Licence['complianceStatus'];

export type NewModel = paths['/v1/models']['post']['requestBody']['content']['application/json'];
/** The fields that an administrator may change, in one merge patch. */
type Writable = Omit<NewModel, 'modelId' | 'licenses' | 'dependencies'>;

/** While it is edited, any member may be missing, and a number may still be a text. */
type Typed<T> = T extends readonly unknown[]
  ? Json
  : T extends object
    ? string extends keyof T
      ? JsonObject
      : { [Key in keyof T]?: Typed<NonNullable<T[Key]>> | null }
    : Json;
export type Fields = Typed<Writable>;

/** The place of a field. */
export type Path = PathsIn<Writable>;
