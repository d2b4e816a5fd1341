/** CPU of an execution, measured several times in the same system. */
import { costText, median, say } from '../report.mjs';

const TIMES = 3;

/** @returns the median, in ms, of runs of `count` executions of the workflow `diamond`; `what` is said before each */
export async function repeated(radiant, count, what = '') {
  const costs = [];
  for (let time = 0; time <= TIMES; time += 1) {
    const cost = await radiant.count(async () => {
      const start = Date.now();
      await radiant.submit('diamond', count);
      await radiant.untilEnded(start);
    });
    costs.push(cost.cpu / count);
    say(`${what}${costText(cost, count)}`);
  }
  return median(costs.slice(1)); // the first one warmed it up
}
