/** A process without a free file or socket is a shortage of ours: nothing was sent, and the endpoint is not to blame. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

test.each(['http', 'sagemaker-realtime', 'sagemaker-async'])(
  'a request by %s that finds no socket was not sent',
  async (driver) => {
    const script = `
    import { openSync } from 'node:fs';
    import { createServer } from 'node:http';
    import { makeEndpoints } from '${new URL('../../dist/endpoints/index.js', import.meta.url).href}';
    const server = createServer((_, response) => response.end('{}')).listen(0, '127.0.0.1', async () => {
      const url = 'http://127.0.0.1:' + server.address().port;
      const endpoints = makeEndpoints({ s3Bucket: 'none', standInUrl: url, allowPrivateHosts: true });
      const model = { id: 'm', deployment: { driver: '${driver}', url, headers: {} } };
      const call = { model, invocationId: 'i', body: new Uint8Array(), timeoutMs: 9000, signal: new AbortController().signal };
      try { for (;;) openSync('/dev/null'); } catch {}
      await endpoints.invoke(call).catch(({ code, errorClass }) => console.log(code, errorClass));
      process.exit();
    });`;
    const child = spawn('sh', ['-c', 'ulimit -n 256 && exec node --input-type=module -e "$0"', script]);
    let output = '';
    child.stdout.on('data', (part: Buffer) => (output += part.toString()));
    child.stderr.on('data', (part: Buffer) => (output += part.toString()));
    await once(child, 'close');
    expect(output).toContain('no_socket not_ready');
  },
);
