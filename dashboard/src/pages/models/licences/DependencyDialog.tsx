/** The dialog for a dependency of a model: a database, a data set or a container. */
import { Button, Group, Modal, Switch, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Problem } from '../../../api/client';
import { sayProblem } from '../../../parts/page/problem';
import classes from '../form/Form.module.css';
import { DECIMAL, fromServer } from '../form/check';
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
  word,
  save,
  busy,
  error,
  close,
}: {
  dependency: DependencyFields;
  title: string;
  word: string;
  save: (dependency: DependencyFields) => void;
  busy: boolean;
  error: unknown;
  close: () => void;
}) {
  const [now, setNow] = useState(dependency);
  const set = (part: Partial<DependencyFields>) => setNow({ ...now, ...part });
  const refused = error instanceof Problem ? fromServer(error.errors) : [];
  const of = (path: string) => refused.find((fault) => fault.path === path)?.message;
  const badSize = now.sizeGb !== null && !DECIMAL.test(now.sizeGb);
  return (
    <Modal opened onClose={close} title={title} size="lg">
      <form
        className={classes.dialog}
        onSubmit={(event) => {
          event.preventDefault();
          save(now);
        }}
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
        {Boolean(error) && (
          <p role="alert" className={classes.wrong}>
            {sayProblem(error)}
          </p>
        )}
        <Group justify="flex-end" gap={8}>
          <Button onClick={close}>Cancel</Button>
          <Button
            type="submit"
            variant="filled"
            loading={busy}
            disabled={now.name.trim() === '' || now.type.trim() === '' || badSize}
          >
            {word}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
