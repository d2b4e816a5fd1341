/** A state as icon, word and colour together, so that none is needed alone. An unknown state is shown as it is. */
import {
  IconAlertTriangle,
  IconBan,
  IconCircleCheck,
  IconCircleX,
  IconClock,
  IconFlame,
  IconLoader2,
  IconPlayerPause,
  IconPlayerSkipForward,
  IconPower,
  IconSnowflake,
  IconSun,
  IconTemperaturePlus,
  IconWorld,
  type Icon,
} from '@tabler/icons-react';
import classes from './State.module.css';

const STATES: Record<string, [Icon, string]> = {
  pending: [IconClock, 'queued'],
  ready: [IconClock, 'queued'],
  queued: [IconClock, 'queued'],
  waiting: [IconTemperaturePlus, 'waiting'],
  paused: [IconPlayerPause, 'waiting'],
  running: [IconLoader2, 'running'],
  succeeded: [IconCircleCheck, 'succeeded'],
  failed: [IconCircleX, 'failed'],
  timed_out: [IconCircleX, 'failed'],
  cancelled: [IconBan, 'cancelled'],
  skipped: [IconPlayerSkipForward, 'skipped'],
  unknown: [IconAlertTriangle, 'waiting'],
  started: [IconCircleCheck, 'succeeded'],
  refused: [IconCircleX, 'failed'],
  missed: [IconAlertTriangle, 'waiting'],
  approved: [IconCircleCheck, 'succeeded'],
  rejected: [IconCircleX, 'failed'],
  compliant: [IconCircleCheck, 'succeeded'],
  review_needed: [IconAlertTriangle, 'waiting'],
  unreviewed: [IconClock, 'queued'],
  non_compliant: [IconCircleX, 'failed'],
  expired: [IconCircleX, 'failed'],
  expiring: [IconClock, 'cancelled'],
  active: [IconCircleCheck, 'succeeded'],
  beta: [IconSun, 'running'],
  deprecated: [IconAlertTriangle, 'waiting'],
  disabled: [IconBan, 'cancelled'],
  retiring: [IconPower, 'waiting'],
  retired: [IconPower, 'skipped'],
};
const HEATS: Record<string, [Icon, string]> = {
  OFF: [IconPower, 'Off'],
  COLD: [IconSnowflake, 'Cold'],
  WARMING: [IconTemperaturePlus, 'Warming'],
  WARM: [IconSun, 'Warm'],
  HOT: [IconFlame, 'Hot'],
  COOLING: [IconSnowflake, 'Cooling'],
  FAILED: [IconCircleX, 'Failed'],
};

const words = (state: string): string =>
  state.replaceAll('_', ' ').replace(/^./, (first) => first.toUpperCase());

export const toneOf = (state: string): string => STATES[state]?.[1] ?? 'queued';

export function State({
  of,
  plain = false,
  children,
}: {
  of: string;
  plain?: boolean;
  children?: React.ReactNode;
}) {
  const [Icon, tone] = STATES[of] ?? [IconAlertTriangle, 'queued'];
  return (
    <span className={plain ? classes.plain : classes.badge} data-tone={tone}>
      <Icon size={14} stroke={1.8} aria-hidden className={of === 'running' ? classes.turning : undefined} />
      {children ?? words(of)}
    </span>
  );
}

/** Never red: red means failed. */
export function Heat({ of, children }: { of: string; children?: React.ReactNode }) {
  const [Icon, word] = HEATS[of] ?? [IconAlertTriangle, of];
  return (
    <span className={classes.plain} style={{ color: `var(--heat-${HEATS[of] ? of : 'OFF'})` }}>
      <Icon size={14} stroke={1.8} aria-hidden />
      {word}
      {children}
    </span>
  );
}

/** The thermal state of a model. A model that another party runs is neither warm nor off, and has no instances here. */
export function Warmth({
  of,
  managed,
  children,
}: {
  of: string;
  managed: boolean;
  children?: React.ReactNode;
}) {
  return managed ? (
    <Heat of={of}>{children}</Heat>
  ) : (
    <span className={classes.plain} title="Another party keeps it running">
      <IconWorld size={14} stroke={1.8} aria-hidden />
      External
    </span>
  );
}

/** The icon alone, for places that show the word elsewhere. */
export function StateIcon({ of, size = 16 }: { of: string; size?: number }) {
  const [Icon, tone] = STATES[of] ?? [IconAlertTriangle, 'queued'];
  return (
    <Icon
      size={size}
      stroke={1.8}
      aria-hidden
      color={`var(--${tone})`}
      className={of === 'running' ? classes.turning : undefined}
    />
  );
}
