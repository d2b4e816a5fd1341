/** The review of a licence: its new status and the reviewer's reason. */
import { Button, Group, Modal, Radio, Textarea } from '@mantine/core';
import { useState } from 'react';
import { api, take } from '../../../api/client';
import { ExternalLink } from '../../../parts/page/ExternalLink';
import { State } from '../../../parts/state/State';
import { sayProblem } from '../../../parts/page/problem';
import classes from '../form/Form.module.css';
import { touched, useAct } from '../../../parts/dialog/useAct';
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
  const [note, setNote] = useState('');
  const review = useAct(
    () =>
      take(
        api.POST('/v1/models/{modelId}/licenses/{licenseId}/review', {
          params: { path: { modelId, licenseId: licence.id } },
          body: { complianceStatus, note: note.trim() },
        }),
      ),
    {
      done: `${licence.spdx}, ${licence.type.replaceAll('_', ' ')} of ${modelName}, is reviewed`,
      keys: touched(modelId),
    },
  );
  return (
    <Modal
      opened
      onClose={close}
      title={`Review ${licence.spdx}, ${licence.type.replaceAll('_', ' ')} of ${modelName}`}
    >
      <form
        className={classes.dialog}
        onSubmit={(event) => {
          event.preventDefault();
          review.mutate(undefined, { onSuccess: close });
        }}
      >
        {licence.url && (
          <p>
            <ExternalLink to={licence.url}>Read the terms of {licence.spdx}</ExternalLink>
          </p>
        )}
        {licence.complianceNotes && (
          <p>
            <span className="faint">Noted before:</span> {licence.complianceNotes}
          </p>
        )}
        <Radio.Group label="It is" value={complianceStatus} onChange={(next) => setStatus(next)}>
          <div className={classes.rows}>
            {STATUSES.map((status) => (
              <Radio key={status} value={status} label={<State of={status} plain />} />
            ))}
          </div>
        </Radio.Group>
        <Textarea
          label="Note"
          description="What was reviewed, and the reason for this status. It is stored in the history."
          required
          autosize
          minRows={3}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          data-autofocus
        />
        {review.error && (
          <p role="alert" className={classes.wrong}>
            {sayProblem(review.error)}
          </p>
        )}
        <Group justify="flex-end" gap={8}>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" variant="filled" loading={review.isPending} disabled={note.trim() === ''}>
            Save the review
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
