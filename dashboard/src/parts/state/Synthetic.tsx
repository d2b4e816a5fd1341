/** Marks a synthetic result: a banner above it, and a badge beside its name. */
import { IconFlask2 } from '@tabler/icons-react';
import { Notice } from '../difference/Notice';
import classes from './State.module.css';

export const SyntheticBanner = ({ children }: { children?: React.ReactNode }) => (
  <Notice title="Synthetic result">
    <p>
      {children ??
        'The stand-in generated this result to show how Radiant works. It predicts nothing: do not interpret its structures, scores and texts.'}
    </p>
  </Notice>
);

export const SyntheticBadge = () => (
  <span
    className={classes.badge}
    data-tone="waiting"
    title="The stand-in generated this: it predicts nothing"
  >
    <IconFlask2 size={14} stroke={1.8} aria-hidden /> Synthetic
  </span>
);
