/** What customers pay for three sample sizes and for a size of the user's choice. It is computed while the rates are typed. */
import { NumberInput } from '@mantine/core';
import { useState } from 'react';
import { Card } from '../../../parts/page/Card';
import { duration, plural, usd } from '../../../parts/quantities';
import classes from '../form/Form.module.css';
import { useFormState } from '../form/useForm';
import { examplesOf, priceOf, publishedSeconds, unitsOf, type Example, type Pricing } from './price';

const sayUnits = (units: Example['units']): string =>
  Object.entries(units)
    .map(([unit, amount]) => plural(amount, unit.replace(/s$/, '')))
    .join(', ') || 'One request';

/** While a rate is not a number, there is no price. */
function priced(pricing: Pricing, { seconds, units }: Example) {
  try {
    return priceOf(pricing, seconds, units);
  } catch {
    return null;
  }
}

export function Prices() {
  const { fields } = useFormState();
  const pricing = fields.pricing ?? {};
  const metrics = fields.performanceMetrics ?? {};
  const examples = examplesOf(pricing, metrics);
  const [own, setOwn] = useState<Record<string, number>>({});
  const units = unitsOf(pricing);
  const amounts = Object.fromEntries(units.map((unit) => [unit, own[unit] ?? 0]));
  const published = publishedSeconds(metrics, amounts);
  const mine: Example = {
    units: amounts,
    seconds: own.seconds ?? published ?? 0,
    published: own.seconds !== undefined || published !== null,
  };
  const say = (key: string, next: number | string) => {
    const { [key]: _, ...others } = own;
    setOwn(next === '' ? others : { ...others, [key]: Number(next) });
  };
  return (
    <Card title="What customers pay" label="What customers pay">
      <div className="scroll-x" tabIndex={0} role="region" aria-label="Worked examples">
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Request</th>
              <th scope="col" className={classes.number}>
                GPU time
              </th>
              <th scope="col" className={classes.number}>
                GPU
              </th>
              <th scope="col" className={classes.number}>
                Request
              </th>
              <th scope="col" className={classes.number}>
                Units
              </th>
              <th scope="col" className={classes.number}>
                Markup
              </th>
              <th scope="col" className={classes.number}>
                Pays
              </th>
            </tr>
          </thead>
          <tbody>
            {examples.map((example) => (
              <Line
                key={`${sayUnits(example.units)} ${example.seconds}`}
                example={example}
                price={priced(pricing, example)}
                name={sayUnits(example.units)}
              />
            ))}
            {Object.keys(own).length > 0 && (
              <Line example={mine} price={priced(pricing, mine)} name={`Your own: ${sayUnits(mine.units)}`} />
            )}
          </tbody>
        </table>
      </div>
      <div className={`${classes.grid} ${classes.own}`}>
        {units.map((unit) => (
          <NumberInput
            key={unit}
            label={`Your own example, ${unit}`}
            description="The number of units."
            min={0}
            allowNegative={false}
            value={own[unit] ?? ''}
            onChange={(next) => say(unit, next)}
          />
        ))}
        <NumberInput
          label="Its GPU time"
          description={published === null ? 'No time is published for it.' : 'Empty: as published.'}
          suffix=" s"
          min={0}
          allowNegative={false}
          value={own.seconds ?? ''}
          onChange={(next) => say('seconds', next)}
        />
      </div>
      <p className={classes.note}>
        (hourly rate × hours + per request + units) × (1 + markup).
        {examples.some(({ published }) => !published) &&
          ' * This time is assumed, because no inferenceTime is published under Performance.'}
      </p>
    </Card>
  );
}

function Line({
  example,
  price,
  name,
}: {
  example: Example;
  price: ReturnType<typeof priced>;
  name: string;
}) {
  const parts = price
    ? [price.gpuUsd, price.requestUsd, price.unitsUsd, price.markupUsd]
    : [null, null, null, null];
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className={classes.number}>
        {duration(example.seconds * 1000)}
        {!example.published && '*'}
      </td>
      {parts.map((part, index) => (
        <td key={index} className={classes.number}>
          {usd(part)}
        </td>
      ))}
      <td className={classes.number}>
        <strong>{usd(price?.totalUsd)}</strong>
      </td>
    </tr>
  );
}
