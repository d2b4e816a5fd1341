/** The banner on every page while a stand-in replaces AWS. It says which clock times and costs follow. */
import { useSession } from './session';
import classes from './Shell.module.css';

export function StandIn() {
  const { session } = useSession();
  const speed = session?.standInSpeed ?? null;
  if (speed === null) return null;
  return (
    <footer className={classes.standIn}>
      A stand-in replaces AWS here. The answers of the models are synthetic, and nothing is charged.{' '}
      {wordsOf(speed)}
    </footer>
  );
}

const wordsOf = (speed: number | 'instant'): string =>
  speed === 'instant'
    ? 'It answers at once and bills the time that the work would have taken, so times and costs do not agree.'
    : `It works ${speed === 1 ? 'as fast' : `${speed} times as fast`} as real time. Times, prices, bills and charts follow your own clock.`;
