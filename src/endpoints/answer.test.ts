/** Reading a model's answer in every form: parsed, refused with a reason that helps, and shown as evidence. */
import type { ServerResponse } from 'node:http';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import type { InvocationError } from '../core/errors.js';
import { openHttpHarness } from '../../test/harness/http-harness.js';
import { readAnswer } from './answer.js';
import { decoded } from './decode.js';
import { excerpt } from './excerpt.js';

const harness = openHttpHarness();
const { open, newCall } = harness;
const fail = async (call = newCall()) =>
  (await open.invoke(call).catch((e: unknown) => e)) as InvocationError;
const bytesOf = (text: string): Buffer => Buffer.from(text);

describe('compressed', () => {
  const text = '{"text":"hi","usage":{"computeSeconds":3}}';
  it.each([
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['GZIP', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['br', brotliCompressSync(text)],
    ['identity', bytesOf(text)],
    ['gzip, br', brotliCompressSync(gzipSync(text))],
    // Without a Content-Encoding, gzip is detected by its first bytes.
    [undefined, gzipSync(text)],
  ])('as %s it is read', async (encoding, bytes) => {
    harness.answer = (response) =>
      response.writeHead(200, { ...(encoding && { 'content-encoding': encoding }) }).end(bytes);
    expect(await open.invoke(newCall())).toMatchObject({
      answer: { text: 'hi' },
      usage: { computeSeconds: 3 },
    });
    expect(harness.received[0]?.headers['accept-encoding']).toBe('gzip, deflate, br');
  });

  it.each([
    ['gzip', gzipSync(Buffer.alloc(65 * 1024 * 1024)), 'invalid', 'answer_too_large'],
    ['br', brotliCompressSync(Buffer.alloc(65 * 1024 * 1024)), 'invalid', 'answer_too_large'],
    ['gzip', gzipSync(text).subarray(0, 20), 'transient', 'invalid_response'],
    ['gzip', bytesOf('never compressed'), 'transient', 'invalid_response'],
    ['zstd', bytesOf(text), 'invalid', 'unusable_answer'],
  ])('as %s it may be a fault', async (encoding, bytes, errorClass, code) => {
    harness.answer = (response) => response.writeHead(200, { 'content-encoding': encoding }).end(bytes);
    expect(await fail()).toMatchObject({ errorClass, code });
  });

  it('is never more than it may be', async () => {
    const most = 1_000;
    for (const [encoding, bytes] of [
      ['gzip', gzipSync(Buffer.alloc(1_001))],
      ['gzip, gzip', gzipSync(gzipSync(Buffer.alloc(1_001)))],
    ] as const)
      await expect(decoded(bytes, { encoding, most, endpoint: 'm' })).rejects.toMatchObject({
        code: 'answer_too_large',
      });
    expect(await decoded(gzipSync(Buffer.alloc(1_000)), { most, endpoint: 'm' })).toHaveLength(1_000);
  });
});

describe('NaN and Infinity', () => {
  it.each([
    ['{"score": NaN, "usage": {"computeSeconds": 7}}', 'NaN', { computeSeconds: 7 }],
    ['[1, Infinity]', 'Infinity', {}],
    ['{"a": {"b": [-Infinity]}}', '-Infinity', {}],
    ['{"said": "\\"NaN\\\\", "x": NaN}', 'NaN', {}],
    ['NaN', 'NaN', {}],
  ])('%s is one failure that names it, and its usage is billed', (text, word, usage) => {
    const read = () => readAnswer(bytesOf(text), 'm');
    expect(read).toThrow(`m returned ${word}, which JSON does not allow`);
    expect(read).toThrow(expect.objectContaining({ errorClass: 'invalid', code: 'unusable_answer' }));
    try {
      read();
    } catch (error) {
      expect((error as InvocationError).details).toMatchObject({ usage, evidence: { answer: text } });
    }
  });

  it.each(['{"said": NaN', 'The model NaN-ed', '<p>Infinity</p>', '{"a": Nan}', ''])(
    '%s is not JSON',
    (text) => {
      expect(() => readAnswer(bytesOf(text), 'm')).toThrow(
        expect.objectContaining({ errorClass: 'transient', code: 'invalid_response' }),
      );
    },
  );

  it.each(['{"said": "NaN"}', '"Infinity"', '{"NaN": 1}'])('%s is fine', (text) => {
    expect(readAnswer(bytesOf(text), 'm').answer).toEqual(JSON.parse(text));
  });
});

it('an answer states its usage freely, but cannot set fields of our bill', () => {
  const usage = { computeSeconds: 3, tokens: 5, costFlaw: 'largest' };
  expect(readAnswer(bytesOf(JSON.stringify({ usage })), 'm').usage).toEqual({ computeSeconds: 3, tokens: 5 });
});

describe('one that has to wait', () => {
  const json =
    (status: number, body: string, headers = {}) =>
    (response: ServerResponse) =>
      response.writeHead(status, headers).end(body);
  it.each([
    [json(503, '{"error":"Model x is currently loading"}'), 'not_ready', 'model_loading', undefined],
    [json(503, 'Starting up'), 'not_ready', 'model_loading', undefined],
    [json(503, '', { 'retry-after': '9' }), 'not_ready', 'model_loading', 9_000],
    [json(503, '', { 'retry-after': '99999999' }), 'not_ready', 'model_loading', 3_600_000],
    [json(503, '', { 'retry-after': new Date(0).toUTCString() }), 'not_ready', 'model_loading', 0],
    [json(503, 'upstream connect error'), 'transient', 'service_failed', undefined],
    [json(503, '', { 'retry-after': 'soon' }), 'transient', 'service_failed', undefined],
    [json(429, '', { 'retry-after': '5' }), 'throttled', 'throttled', 5_000],
    [json(429, 'slow down'), 'throttled', 'throttled', undefined],
  ])('is turned away without an attempt', async (answer, errorClass, code, retryAfterMs) => {
    harness.answer = answer;
    const error = await fail();
    expect(error).toMatchObject({ errorClass, code });
    expect(error.details.retryAfterMs).toBe(retryAfterMs);
  });

  it('behind a gateway that hung up may be at work still', async () => {
    harness.answer = json(504, 'upstream timed out');
    const error = await fail(newCall({ maxInvocationSeconds: 90 }));
    expect(error).toMatchObject({ code: 'gateway_timeout', details: { lingerMs: 90_000 } });
  });
});

describe('a failure', () => {
  it('shows its status and the start of the answer as evidence, but not in the message', async () => {
    harness.answer = (response) => response.writeHead(500).end('{"error":"CUDA out of memory"}');
    const { message, details } = await fail();
    expect(details.evidence).toEqual({
      status: 500,
      modelStatus: null,
      answer: '{"error":"CUDA out of memory"}',
      cause: null,
    });
    expect(message).not.toContain('CUDA');
  });

  it('that is compressed, or endless, is shown alike', async () => {
    harness.answer = (response) =>
      response.writeHead(500, { 'content-encoding': 'gzip' }).end(gzipSync('out of memory'));
    expect((await fail()).details.evidence?.answer).toBe('out of memory');
    const chunk = Buffer.alloc(64 * 1024, 'x');
    harness.answer = (response) => {
      response.writeHead(500);
      const more = (): void => void (response.destroyed || (response.write(chunk), setImmediate(more)));
      more();
    };
    expect((await fail()).details.evidence?.answer).toBe('x'.repeat(1_024));
  });

  it('does not show the secrets that it quotes', async () => {
    harness.answer = (response) => response.writeHead(401).end('bad key s3cr3t in "Bearer s3cr3t"');
    const { details } = await fail(newCall({ headers: { Authorization: 'Bearer env:RADIANT_SECRET_KEY' } }));
    expect(details.evidence?.answer).toBe('bad key *** in "***"');
  });

  it('that is no JSON shows what it was', async () => {
    harness.answer = (response) => response.end('<html>Sign in</html>');
    expect((await fail()).details.evidence).toMatchObject({ status: 200, answer: '<html>Sign in</html>' });
  });
});

it('an excerpt of anything is a kilobyte of text that a row can hold', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 3_000 }),
    fc
      .array(fc.constantFrom('\u0000', '😀', 'é', 'x', '\ud800', '\u202e'), { maxLength: 2_000 })
      .map((all) => all.join('')),
  );
  fc.assert(
    fc.property(fc.oneof(text, fc.uint8Array({ maxLength: 3_000 })), (answer) => {
      const shown = excerpt(answer) ?? '';
      expect(Buffer.byteLength(shown)).toBeLessThanOrEqual(1_024);
      expect(shown).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cs}]/u);
      expect(Buffer.from(shown).toString()).toBe(shown);
    }),
    { numRuns: 40 },
  );
  expect(excerpt('é'.repeat(600))).toBe('é'.repeat(512));
  expect(excerpt('x' + 'é'.repeat(600))).toBe('x' + 'é'.repeat(511));
  expect(excerpt(' \n')).toBeNull();
});
