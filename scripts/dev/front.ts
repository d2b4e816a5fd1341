/** One address for all: the dashboard from its sources, changed in the browser at each save, and the API behind it. */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createServer, type ViteDevServer } from 'vite';

const CONFIG = fileURLToPath(new URL('../../dashboard/vite.config.ts', import.meta.url));
/** What the server answers itself; all else is a page or a file of the dashboard. */
const API = String.raw`^/(v1|docs|queues|openapi\.json|healthz|readyz|metrics)(?=[/?]|$)`;

/** @param isUp waits while the server is about to start, and requests wait with it */
export async function startFront(
  { host, port }: { host: string; port: number },
  api: string,
  isUp: () => Promise<boolean>,
): Promise<{ url: string; watcher: ViteDevServer['watcher']; stop(): Promise<void> }> {
  const isApi = new RegExp(API);
  const http = createHttpServer();
  const vite = await createServer({
    configFile: CONFIG,
    clearScreen: false,
    logLevel: 'warn',
    server: { middlewareMode: true, ws: { server: http }, proxy: { [API]: { target: api } } },
  });
  http.on('request', (request, response) => {
    void (async () => {
      if (!isApi.test(request.url ?? '') || (await isUp())) return vite.middlewares(request, response);
      response
        .writeHead(503, { 'content-type': 'text/plain' })
        .end('The server does not run: its terminal says why.\n');
    })();
  });
  http.listen(port, host);
  await once(http, 'listening');
  const { address, port: taken } = http.address() as AddressInfo;
  return {
    url: `http://${address.includes(':') ? `[${address}]` : address}:${taken}`,
    watcher: vite.watcher,
    async stop() {
      http.close();
      http.closeAllConnections();
      await vite.close();
    },
  };
}
