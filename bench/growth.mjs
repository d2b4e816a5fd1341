/** `npm run bench:growth`: whether the cost of an execution grows with what else there is. bench/README.md has the method. */
import { parseArgs } from 'node:util';
import { backlog } from './growth/backlog.mjs';
import { graphs } from './growth/graphs.mjs';
import { history } from './growth/history.mjs';
import { idle } from './growth/idle.mjs';
import { memory } from './growth/memory.mjs';
import { tenants } from './growth/tenants.mjs';
import { figure, printTable, say } from './report.mjs';
import { withServers } from './servers.mjs';

const PARTS = { backlog, history, graphs, tenants, idle, memory };
const SMALL = 0.05;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { size: { type: 'string', default: 'full' } },
});
const unknown = positionals.filter((name) => !(name in PARTS));
const share = { full: 1, small: SMALL }[values.size] ?? Number(values.size);
if (unknown.length > 0 || !(share > 0 && share <= 1)) {
  process.stderr.write(
    `Usage: npm run bench:growth -- [${Object.keys(PARTS).join('|')} …] [--size full|small|a number up to 1]\n`,
  );
  process.exit(1);
}
/** A number of the full run, in the size that was asked for. */
const sized = (full, least = 20) => Math.max(least, Math.round(full * share));

await withServers(async (servers) => {
  for (const name of positionals.length > 0 ? positionals : Object.keys(PARTS)) {
    say(`${name}, at ${figure(share)} of its full size`);
    const { head, rows } = await PARTS[name](servers, sized);
    printTable(head, rows);
  }
});
