/** The dialog for a dependency of a model: a database, a data set or a container. */
import { Switch, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { FormDialog } from '../../../parts/dialog/FormDialog';
import { messageFor } from '../../../parts/page/problem';
import classes from '../form/Form.module.css';
import { DECIMAL } from '../form/check';
import { SpdxField } from './SpdxField';
import type { Dependency } from '../shape';

export type DependencyFields = Omit<Dependency, 'id'>;
export const NEW_DEPENDENCY: DependencyFields = {
  type: 'database',
  name: '',
  sizeGb: null,
  license: null,
  required: true,
  notes: null,
};
export const dependencyFields = ({
  type,
  name,
  sizeGb,
  license,
  required,
  notes,
}: DependencyFields): DependencyFields => ({ type, name, sizeGb, license, required, notes });

export function DependencyDialog({
  dependency,
  title,
  submit,
  save,
  close,
}: {
  dependency: DependencyFields;
  title: string;
  submit: string;
  save: (dependency: DependencyFields) => Promise<unknown>;
  close: () => void;
}) {
  const act = useMutation({ mutationFn: save, onSuccess: close });
  const [now, setNow] = useState(dependency);
  const set = (part: Partial<DependencyFields>) => setNow({ ...now, ...part });
  const of = (field: string) => messageFor(act.error, field);
  const badSize = now.sizeGb !== null && !DECIMAL.test(now.sizeGb);
  return (
    <FormDialog
      title={title}
      submit={submit}
      onSubmit={() => act.mutate(now)}
      act={act}
      isReady={now.name.trim() !== '' && now.type.trim() !== '' && !badSize}
      isLarge
      close={close}
    >
      <div className={classes.grid}>
        <TextInput
          label="Name"
          description="The name that its makers use."
          required
          maxLength={200}
          value={now.name}
          error={of('name')}
          onChange={(event) => set({ name: event.currentTarget.value })}
          data-autofocus
        />
        <TextInput
          label="Kind"
          description="For example database, dataset, container."
          required
          maxLength={50}
          value={now.type}
          error={of('type')}
          onChange={(event) => set({ type: event.currentTarget.value })}
        />
        <TextInput
          label="Size"
          description="The storage that it needs."
          inputMode="decimal"
          rightSection={<span className={classes.unit}>GB</span>}
          value={now.sizeGb ?? ''}
          error={of('sizeGb') ?? (badSize && 'must be a number from 0')}
          onChange={(event) => set({ sizeGb: event.currentTarget.value || null })}
        />
        <SpdxField
          label="Licence"
          description="Its SPDX id. Without one, a required part may not be used."
          value={now.license ?? ''}
          error={of('license')}
          onChange={(license) => set({ license: license || null })}
        />
        <div className={classes.whole}>
          <Switch
            label="Required"
            description="The model does not run without it."
            checked={now.required}
            onChange={(event) => set({ required: event.currentTarget.checked })}
          />
        </div>
        <div className={classes.whole}>
          <Textarea
            label="Notes"
            description="Its source and release."
            autosize
            minRows={2}
            value={now.notes ?? ''}
            onChange={(event) => set({ notes: event.currentTarget.value || null })}
          />
        </div>
      </div>
    </FormDialog>
  );
}
