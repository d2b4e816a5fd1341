/** Creates a trigger. Its secret is named by a reference, and never shown again. */
import { Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take } from '../../api/client';
import { FormDialog } from '../../parts/dialog/FormDialog';
import { useAction } from '../../parts/dialog/useAction';
import { messageFor } from '../../parts/page/problem';
import { useTriggerFields } from './TriggerFields';
import { SCHEMES, type Scheme } from './words';

const EMPTY = { name: '', parameters: {}, condition: null, deliveryId: null, signatureHeader: null };

export function NewTrigger({ close }: { close: () => void }) {
  const navigate = useNavigate();
  const [workflowId, setWorkflowId] = useState<string | null>(null);
  const [scheme, setScheme] = useState<Scheme>('standard_webhooks');
  const [secret, setSecret] = useState('');
  const { isReady, body, signatureHeader, fields } = useTriggerFields(EMPTY);
  const workflows = useQuery({
    queryKey: ['workflows', 'names'],
    queryFn: () => take(api.GET('/v1/workflows', { params: { query: { limit: 200 } } })),
  });
  const isPlain = scheme === 'hmac_sha256';
  const create = useAction(
    async () => {
      const made = await take(
        api.POST('/v1/triggers', {
          body: {
            ...body,
            workflowId: workflowId ?? '',
            scheme,
            secret: secret.trim(),
            signatureHeader: isPlain ? signatureHeader : null,
          },
        }),
      );
      await navigate({ to: '/triggers/$id', params: { id: made.id } });
    },
    { done: `${body.name} is ready`, keys: [['triggers']] },
  );
  return (
    <FormDialog
      title="New trigger"
      submit="Create the trigger"
      onSubmit={() => create.mutate(undefined)}
      act={create}
      isReady={isReady && workflowId !== null && secret.trim() !== ''}
      close={close}
    >
      <Select
        label="Workflow"
        required
        searchable
        data={workflows.data?.items.map(({ id }) => id) ?? []}
        value={workflowId}
        onChange={setWorkflowId}
      />
      <Select
        label="Signed by"
        allowDeselect={false}
        data={[...SCHEMES]}
        value={scheme}
        onChange={(value) =>
          setScheme(SCHEMES.find((one) => one.value === value)?.value ?? 'standard_webhooks')
        }
      />
      <TextInput
        label="Secret"
        description="A reference, never the secret itself: env:RADIANT_SECRET_HOOK_…, or aws-sm:… with a name below radiant/hooks/."
        required
        value={secret}
        error={messageFor(create.error, 'secret')}
        onChange={(event) => setSecret(event.currentTarget.value)}
      />
      {fields(create.error, isPlain)}
    </FormDialog>
  );
}
