/** The table columns of a licence, for the board and for the page of its model. */
import { ExternalLink } from '../../../parts/page/ExternalLink';
import type { Column } from '../../../parts/table/DataTable';
import { ago, day, utc } from '../../../parts/quantities';
import { State } from '../../../parts/state/State';
import classes from '../form/Form.module.css';
import type { Licence, Compliance } from '../shape';

const words = (type: string): string =>
  type.replaceAll('_', ' ').replace(/^./, (first) => first.toUpperCase());
const MONTH_MS = 30 * 86_400_000;

/** The board’s answer states the compliance of a licence; elsewhere it follows from its status and its expiry. */
export const complianceOf = (
  {
    standing,
    complianceStatus,
    commercialUse,
    lastComplianceReview,
    expiresAt,
  }: Licence & { standing?: Compliance },
  now = Date.now(),
): Compliance => {
  if (standing) return standing;
  const left = expiresAt === null ? Infinity : Date.parse(expiresAt) - now;
  if (left <= 0) return 'expired';
  if (complianceStatus !== 'compliant') return complianceStatus;
  // A licence that is not reviewed is never called compliant.
  if (commercialUse === null) return 'review_needed';
  if (lastComplianceReview === null) return 'unreviewed';
  return left <= MONTH_MS ? 'expiring' : 'compliant';
};

export const obligationsOf = ({ commercialUse, attributionRequired, shareAlike }: Licence): string[] =>
  [
    commercialUse === false ? 'No commercial use' : commercialUse === null ? 'Commercial use not known' : '',
    attributionRequired ? 'Attribution' : '',
    shareAlike ? 'Share alike' : '',
  ].filter(Boolean);

export const licenceColumns: readonly Column<Licence & { standing?: Compliance }>[] = [
  { head: 'Component', cell: ({ type }) => <span className={classes.nowrap}>{words(type)}</span> },
  {
    head: 'Licence',
    cell: ({ spdx, url }) => (
      <span className={classes.nowrap}>
        <ExternalLink to={url}>{spdx}</ExternalLink>
      </span>
    ),
  },
  { head: 'Compliance', cell: (licence) => <State of={complianceOf(licence)} /> },
  {
    head: 'Obligations',
    wide: true,
    cell: (licence) => obligationsOf(licence).join(', ') || <span className="faint">None</span>,
  },
  {
    head: 'Expires',
    wide: true,
    cell: ({ expiresAt }) =>
      expiresAt ? (
        <time className={classes.nowrap} dateTime={expiresAt} title={utc(expiresAt)}>
          {day(expiresAt)} {new Date(expiresAt).getUTCFullYear()}
        </time>
      ) : (
        <span className="faint">Never</span>
      ),
  },
  {
    head: 'Reviewed',
    wide: true,
    cell: ({ lastComplianceReview, reviewedBy, complianceNotes }) =>
      lastComplianceReview ? (
        <span className={classes.nowrap} title={complianceNotes ?? undefined}>
          {ago(lastComplianceReview)}
          {reviewedBy && <span className={classes.unit}> by {reviewedBy}</span>}
        </span>
      ) : (
        <span className="faint">Not yet</span>
      ),
  },
];
