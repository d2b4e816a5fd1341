/** The banner on every page while a stand-in replaces AWS. It says which clock times and costs follow. */
import { useSession } from './session';
import classes from './Shell.module.css';

export function StandIn() {
  const { session } = useSession();
  const speed = session?.standInSpeed ?? null;
  if (speed === null) return null;
  return (
    <footer className={classes.standIn}>
      A stand-in speaks for AWS here: what models answer is synthetic, and nobody is charged. {wordsOf(speed)}
    </footer>
  );
}

const wordsOf = (speed: number | 'instant'): string =>
  speed === 'instant'
    ? 'It answers at once and bills what the work would have taken, so times and costs do not agree.'
    : `It works ${speed === 1 ? 'as fast' : `${speed} times as fast`} as life; times, prices, bills and charts are all by your own clock.`;
