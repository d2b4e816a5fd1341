/** The dialog for a licence. Commercial use is unknown until somebody states it. */
import { Select, Switch, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { FormDialog } from '../../../parts/dialog/FormDialog';
import { messageFor } from '../../../parts/page/problem';
import classes from '../form/Form.module.css';
import { SpdxField } from './SpdxField';
import type { Licence } from '../shape';

export type LicenceFields = Omit<Licence, 'id' | 'complianceNotes' | 'lastComplianceReview' | 'reviewedBy'>;

export const NEW_LICENCE: LicenceFields = {
  type: 'model_weights',
  spdx: '',
  url: null,
  commercialUse: null,
  commercialNotes: null,
  attributionRequired: false,
  attributionText: null,
  shareAlike: false,
  complianceStatus: 'review_needed',
  expiresAt: null,
};
export const licenceFields = (licence: LicenceFields): LicenceFields =>
  Object.fromEntries(
    Object.keys(NEW_LICENCE).map((key) => [key, licence[key as keyof LicenceFields]]),
  ) as LicenceFields;

/** `source_code` and `model_weights` are the model's own; the other parts are its sources. */
const TYPES = ['source_code', 'model_weights', 'database', 'dataset', 'container'];
const words = (type: string): string =>
  type.replaceAll('_', ' ').replace(/^./, (first) => first.toUpperCase());
const USES = [
  { value: 'unknown', label: 'Not known' },
  { value: 'yes', label: 'Allowed' },
  { value: 'no', label: 'Not allowed' },
];

export function LicenceDialog({
  licence,
  title,
  submit,
  save,
  close,
}: {
  licence: LicenceFields;
  title: string;
  submit: string;
  save: (licence: LicenceFields) => Promise<unknown>;
  close: () => void;
}) {
  const act = useMutation({ mutationFn: save, onSuccess: close });
  const [now, setNow] = useState(licence);
  const set = (part: Partial<LicenceFields>) => setNow({ ...now, ...part });
  const of = (field: string) => messageFor(act.error, field);
  const type = [...new Set([...TYPES, now.type])].map((value) => ({ value, label: words(value) }));
  return (
    <FormDialog
      title={title}
      submit={submit}
      onSubmit={() => act.mutate({ ...now, spdx: now.spdx.trim() })}
      act={act}
      isReady={now.spdx !== '' && (!now.attributionRequired || Boolean(now.attributionText))}
      isLarge
      close={close}
    >
      <div className={classes.grid}>
        <Select
          label="Component"
          description="The part of the model that this licence covers."
          data={type}
          value={now.type}
          allowDeselect={false}
          error={of('type')}
          onChange={(type) => set({ type: type ?? now.type })}
        />
        <SpdxField
          label="SPDX id"
          required
          value={now.spdx}
          error={of('spdx')}
          onChange={(spdx, chosen) =>
            set({
              spdx,
              ...(chosen?.nonCommercial && { commercialUse: false }),
              ...(chosen?.shareAlike && { shareAlike: true }),
            })
          }
          autoFocus
        />
        <div className={classes.whole}>
          <TextInput
            label="Address of its text"
            description="The address of the terms."
            type="url"
            value={now.url ?? ''}
            error={of('url')}
            onChange={(event) => set({ url: event.currentTarget.value || null })}
          />
        </div>
        <Select
          label="Commercial use"
          description="While this is not known, commercial tenants are refused."
          data={USES}
          allowDeselect={false}
          error={of('commercialUse')}
          value={now.commercialUse === null ? 'unknown' : now.commercialUse ? 'yes' : 'no'}
          onChange={(use) => set({ commercialUse: use === 'unknown' ? null : use === 'yes' })}
        />
        <TextInput
          label="Expires"
          description="In UTC. Empty: never."
          type="date"
          value={now.expiresAt?.slice(0, 10) ?? ''}
          error={of('expiresAt')}
          onChange={(event) =>
            set({
              expiresAt: event.currentTarget.value ? `${event.currentTarget.value}T00:00:00.000Z` : null,
            })
          }
        />
        <div className={classes.whole}>
          <Textarea
            label="Notes on commercial use"
            description="Conditions, and the contact."
            autosize
            minRows={2}
            value={now.commercialNotes ?? ''}
            onChange={(event) => set({ commercialNotes: event.currentTarget.value || null })}
          />
        </div>
        <Switch
          label="Attribution is required"
          description="Added to the NOTICE of every output."
          checked={now.attributionRequired}
          onChange={(event) => set({ attributionRequired: event.currentTarget.checked })}
        />
        <Switch
          label="Share alike"
          description="Derived works must carry the same terms."
          checked={now.shareAlike}
          onChange={(event) => set({ shareAlike: event.currentTarget.checked })}
        />
        <div className={classes.whole}>
          <Textarea
            label="Attribution"
            description="The exact text that the owner requires."
            autosize
            minRows={2}
            required={now.attributionRequired}
            value={now.attributionText ?? ''}
            error={of('attributionText')}
            onChange={(event) => set({ attributionText: event.currentTarget.value || null })}
          />
        </div>
      </div>
    </FormDialog>
  );
}
