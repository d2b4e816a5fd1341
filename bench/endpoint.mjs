/** An inference endpoint that does nothing. It answers at once, or, while it is held, only after its release. */
import { createServer } from 'node:http';
import { OUTPUT } from './diamond.mjs';

const ANSWER = JSON.stringify(OUTPUT);

export async function startEndpoint() {
  const held = [];
  let isHeld = false;
  const server = createServer((request, response) => {
    const answer = () => response.setHeader('content-type', 'application/json').end(ANSWER);
    request.resume().on('end', () => (isHeld ? held.push(answer) : answer()));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/invocations`,
    hold() {
      isHeld = true;
    },
    release() {
      isHeld = false;
      for (const answer of held.splice(0)) answer();
    },
    async stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
