/** The endpoint of the samples' own models: a chat with written answers, and a provider that is out of order. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface Message {
  role: string;
  content: string;
}

/** Listens on a free port of this machine. */
export async function startSampleEndpoint(): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const send = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.url !== '/api/chat') {
      send(503, { error: 'This provider of the samples is always out of order.' });
      return;
    }
    json(request)
      .then((body) => send(200, nextMessage(body as { model: string; messages: Message[] })))
      .catch(() => send(400, { error: 'Send JSON with messages.' }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

/** As Ollama's `/api/chat` answers without a stream. The number of tools' results decides which answer is next. */
function nextMessage({ model, messages }: { model: string; messages: Message[] }): object {
  const question = messages.find(({ role }) => role === 'user')?.content ?? '';
  const [text = ''] = /[A-Z]{5,}/.exec(question) ?? [];
  const results = messages.filter(({ role }) => role === 'tool').map(({ content }) => content);
  const call = (name: string, args: object) => ({
    content: '',
    tool_calls: [{ function: { name, arguments: args } }],
  });
  const message = [
    call('count_letters', { text }),
    call('multiply', { a: Number(results[0]), b: 110 }),
    { content: `About ${results[1]} Da, from ${results[0]} residues.` },
  ][Math.min(results.length, 2)];
  return { model, message: { role: 'assistant', ...message }, done: true };
}
