/** Why an execution cannot run, each reason once. A reason about a model's licence links to its review. */
import { Link } from '@tanstack/react-router';
import { sayFault } from '../../../parts/page/problem';
import { useMay } from '../../../shell/session';
import { modelIn } from './refusal';
import classes from '../workflows.module.css';

export function Reasons({ of: faults }: { of: readonly { path: string; message: string }[] }) {
  const may = useMay();
  const models = may.audit ? [...new Set(faults.map(modelIn).filter((id) => id !== null))] : [];
  return (
    <>
      <ul className={classes.bare}>
        {faults.map((fault) => (
          <li key={`${fault.path} ${fault.message}`}>{sayFault(fault)}</li>
        ))}
      </ul>
      {models.map((id) => (
        <p key={id}>
          <Link to="/models/$id" params={{ id }} search={{ tab: 'licences' }} className="plain">
            {may.edit ? 'Review the licences' : 'Licences'} of {id}
          </Link>
        </p>
      ))}
    </>
  );
}
