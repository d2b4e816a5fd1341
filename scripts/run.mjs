/** `node scripts/run.mjs demo|sample|start [arguments]`: sets up, then is Radiant, in this very process. */
import { fileURLToPath } from 'node:url';
import { endWithNpm } from './npm.mjs';
import { setupOrExit } from './setup.mjs';

process.setSourceMapsEnabled(true); // before the modules come whose lines are to be those of the sources

endWithNpm();
await setupOrExit();
const main = new URL('../dist/main.js', import.meta.url);
process.argv[1] = fileURLToPath(main);
await import(main.href);
