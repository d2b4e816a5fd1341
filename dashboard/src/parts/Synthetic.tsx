/** Says that a result is made up: above whatever could be read from it, and in short beside its name. */
import { Alert } from '@mantine/core';
import { IconFlask2 } from '@tabler/icons-react';
import classes from './State.module.css';

export function SyntheticBanner({ children }: { children?: React.ReactNode }) {
  return (
    <Alert
      color="yellow"
      variant="outline"
      role="note"
      icon={<IconFlask2 size={18} aria-hidden />}
      title="Synthetic result"
    >
      {children ??
        'The stand-in made this up to show how Radiant works. It predicts nothing: structures, scores and texts must not be interpreted.'}
    </Alert>
  );
}

export const SyntheticBadge = () => (
  <span className={classes.badge} data-tone="waiting" title="The stand-in made this up: it predicts nothing">
    <IconFlask2 size={14} stroke={1.8} aria-hidden /> Synthetic
  </span>
);
