/** Why an execution cannot run, each reason once. A reason about a model's licence links to its review. */
import { Link } from '@tanstack/react-router';
import { fieldErrorText } from '../../../parts/page/problem';
import { useMay } from '../../../shell/session';
import { modelIn } from './refusal';
import classes from '../workflows.module.css';

export function Reasons({ of: errors }: { of: readonly { path: string; message: string }[] }) {
  const may = useMay();
  const models = may.audit ? [...new Set(errors.map(modelIn).filter((id) => id !== null))] : [];
  return (
    <>
      <ul className={classes.bare}>
        {errors.map((error) => (
          <li key={`${error.path} ${error.message}`}>{fieldErrorText(error)}</li>
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
