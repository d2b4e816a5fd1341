/** AWS over HTTP: reads requests, answers, and refuses in the form that the SDKs understand. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** A request with its body read, for any service. */
export interface Request {
  method: string;
  url: URL;
  /** One header, or undefined; the name in lower case. */
  header(name: string): string | undefined;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

export interface Response {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** A refusal. `name` is the error class that the client sees. `extra` is added to the body. */
export class Refusal extends Error {
  constructor(
    override readonly name: string,
    readonly status: number,
    message: string,
    readonly extra: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

export function respond(
  status: number,
  body: Buffer | string = '',
  headers: Record<string, string> = {},
): Response {
  return { status, headers: { 'x-amzn-requestid': randomUUID(), ...headers }, body: Buffer.from(body) };
}

/** Runtime errors carry `Message`, control plane errors `message`. Both are identified by `x-amzn-errortype` and `__type`. */
export function refuse(refusal: Refusal, messageKey: 'Message' | 'message'): Response {
  const { name, status, message, extra } = refusal;
  return respond(status, JSON.stringify({ __type: name, [messageKey]: message, ...extra }), {
    'content-type': 'application/json',
    'x-amzn-errortype': name,
  });
}

export async function readRequest(incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) headers[name] = String(value);
  return {
    method: incoming.method ?? 'GET',
    url: new URL(incoming.url ?? '/', 'http://stand-in'),
    header: (name) => headers[name],
    headers,
    body: Buffer.concat(chunks),
  };
}
