/** The contract between the stand-in and the programs that run on its instances. */

/** The environment variables of the model, as given to CreateModel. */
export type Environment = Readonly<Record<string, string>>;

export interface Reply {
  /** HTTP status of the container: anything but 2xx is a failed invocation. */
  status: number;
  contentType: string;
  body: Buffer;
}

export interface Plan {
  /** Modelled compute time in virtual seconds, known before the work, to the millisecond. */
  computeSeconds: number;
  /** Does the work; called once, after `computeSeconds` have passed. */
  produce(): Promise<Reply>;
}

export interface Container {
  /** Virtual seconds from a new instance to its first answer. */
  warmUpSeconds: number;
  /** Never answers a ping. The instance fails after that many virtual seconds. */
  unhealthySeconds?: number;
  /**
   * Reads one request. Never throws: a bad request is a plan that replies with a 4xx.
   *
   * @param billed converts virtual seconds to billed seconds
   */
  plan(body: Buffer, environment: Environment, billed?: (seconds: number) => number): Plan;
}

/** A file inside an answer. */
export interface File {
  $file: { name: string; mediaType: string; encoding: 'utf8' | 'base64'; data: string };
}

/** The usage of an answer, marked as synthetic so that it can be shown as such. */
export interface Usage {
  computeSeconds: number;
  synthetic: true;
}

export const usageOf = (
  computeSeconds: number,
  billed: (seconds: number) => number = (seconds) => seconds,
): Usage => ({ computeSeconds: billed(computeSeconds), synthetic: true });

export function jsonReply(status: number, value: unknown): Reply {
  return { status, contentType: 'application/json', body: Buffer.from(JSON.stringify(value)) };
}

/** A plan that refuses without taking time, as containers do. */
export function refusal(status: number, message: string): Plan {
  return { computeSeconds: 0, produce: () => Promise.resolve(jsonReply(status, { error: message })) };
}

export type Fields = Readonly<Record<string, unknown>>;

/** The value as an object with named members, or an empty one. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
