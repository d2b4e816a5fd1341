/** The command: starts the stand-in, prints its address, and stops on a signal. */
import { parseArgs } from 'node:util';
import { parseSpeed } from './clock.js';
import { startStandIn } from './standin.js';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    speed: { type: 'string', default: process.env['RADIANT_STANDIN_SPEED'] ?? '60' },
    'exit-with-stdin': { type: 'boolean', default: false },
  },
});

const standIn = await startStandIn({
  port: Number(values.port),
  host: values.host,
  speed: parseSpeed(values.speed),
});

async function stop(): Promise<void> {
  await standIn.stop();
  process.exit(0);
}

process.once('SIGTERM', () => void stop());
process.once('SIGINT', () => void stop());
if (values['exit-with-stdin']) {
  // The parent holds the other end of this pipe, which closes however the parent dies.
  process.stdin
    .once('end', () => void stop())
    .once('error', () => void stop())
    .resume();
}

process.stdout.write(`${JSON.stringify({ listening: standIn.url })}\n`);
