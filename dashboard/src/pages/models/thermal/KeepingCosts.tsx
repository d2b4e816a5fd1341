/** What the thermal settings of a draft cost, so that the user sees it before saving them. */
import { textOf } from '../../../parts/difference/difference';
import { duration, plural, usd } from '../../../parts/quantities';
import classes from '../form/Form.module.css';
import { useFormState } from '../form/useForm';
import { keepingCosts } from '../prices/price';

export function KeepingCosts() {
  const { fields } = useFormState();
  const thermal = fields.thermal ?? {};
  const warmupSeconds = Number(thermal.warmupTimeSeconds ?? 0);
  const costs = keepingCosts(thermal, fields.pricing?.hourlyRate, warmupSeconds);
  if (!costs) return <p className={classes.note}>The cost is computed when all settings are numbers.</p>;
  const lines: [string, string, string][] = [
    [
      `Kept on without requests: ${plural(costs.keptInstances, 'instance')}`,
      usd(costs.keptPerDay),
      'per day',
    ],
    [
      `Idle for ${textOf(thermal.scaleToZeroAfterMinutes)} min before it is turned off`,
      usd(costs.idlePerUse),
      'each time',
    ],
    [`Warming up for ${duration(warmupSeconds * 1000)}, as published`, usd(costs.perWarmUp), 'each time'],
    [
      `All ${plural(Number(thermal.maxInstances), 'instance')} on, the highest cost`,
      usd(costs.mostPerDay),
      'per day',
    ],
  ];
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label="What these settings cost">
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">What these settings cost</th>
            <th scope="col" className={classes.number}>
              USD
            </th>
            <th scope="col" className={classes.number}>
              When
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map(([what, cost, when]) => (
            <tr key={what}>
              <th scope="row">{what}</th>
              <td className={classes.number}>{cost}</td>
              <td className={classes.number}>{when}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
