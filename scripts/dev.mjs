/** `npm run dev`: sets up, then runs Radiant from its sources, in this very process and one that follows every save. */
import { endWithNpm } from './npm.mjs';
import { setupOrExit } from './setup.mjs';

endWithNpm();
await setupOrExit({ built: false });
const { register } = await import('tsx/esm/api');
register();
await import('./dev/main.ts');
