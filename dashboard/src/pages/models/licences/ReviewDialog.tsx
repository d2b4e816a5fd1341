/** The review of a licence: its new status and the reviewer's reason. */
import { Radio } from '@mantine/core';
import { useState } from 'react';
import { api, take } from '../../../api/client';
import { ReasonDialog } from '../../../parts/dialog/ReasonDialog';
import { modelKeys, useAction } from '../../../parts/dialog/useAction';
import { ExternalLink } from '../../../parts/page/ExternalLink';
import { State } from '../../../parts/state/State';
import classes from '../form/Form.module.css';
import type { ComplianceStatus, Licence } from '../shape';

const STATUSES: readonly ComplianceStatus[] = ['compliant', 'review_needed', 'non_compliant'];

export function ReviewDialog({
  modelId,
  modelName,
  licence,
  close,
}: {
  modelId: string;
  modelName: string;
  licence: Licence;
  close: () => void;
}) {
  const [complianceStatus, setStatus] = useState<ComplianceStatus>(licence.complianceStatus);
  const what = `${licence.spdx}, ${licence.type.replaceAll('_', ' ')} of ${modelName}`;
  const review = useAction(
    (note: string) =>
      take(
        api.POST('/v1/models/{modelId}/licenses/{licenseId}/review', {
          params: { path: { modelId, licenseId: licence.id } },
          body: { complianceStatus, note },
        }),
      ),
    { done: `${what}, is reviewed`, keys: modelKeys(modelId) },
  );
  return (
    <ReasonDialog
      title={`Review ${what}`}
      label="Note"
      description="What was reviewed, and the reason for this status. It is stored in the history."
      submit="Save the review"
      act={review}
      close={close}
    >
      {licence.url && (
        <p>
          <ExternalLink to={licence.url}>Read the terms of {licence.spdx}</ExternalLink>
        </p>
      )}
      {licence.complianceNotes && (
        <p>
          <span className="faint">Earlier note:</span> {licence.complianceNotes}
        </p>
      )}
      <Radio.Group label="It is" value={complianceStatus} onChange={(next) => setStatus(next)}>
        <div className={classes.rows}>
          {STATUSES.map((status) => (
            <Radio key={status} value={status} label={<State of={status} plain />} />
          ))}
        </div>
      </Radio.Group>
    </ReasonDialog>
  );
}
