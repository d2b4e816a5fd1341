/** Creates a model, from an empty form or from a copy, with its licences and dependencies in one request. */
import { Button, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { api, Problem, take } from '../../../api/client';
import { Card } from '../../../parts/page/Card';
import { CopyAs } from '../../../parts/code/CopyAs';
import { differences, put } from '../../../parts/difference/difference';
import railClasses from '../../../parts/difference/Difference.module.css';
import { Leaving } from '../../../parts/difference/Leaving';
import type { FieldError } from '../../../parts/page/problem';
import { useDraft } from '../../../parts/difference/useDraft';
import { Page } from '../../../parts/page/Page';
import { ErrorNotice } from '../../../parts/page/ErrorNotice';
import { fromServer } from './check';
import { dependencyFields, type DependencyFields } from '../licences/DependencyDialog';
import { BLANK, fieldsOf, GROUPS, labelOf } from './fields';
import { Contents, FieldGroup } from './Form';
import { Form, useForm } from './useForm';
import classes from './Form.module.css';
import { licenceFields, type LicenceFields } from '../licences/LicenceDialog';
import { NewParts } from './NewParts';
import { Prices } from '../prices/Prices';
import { dependenciesQuery, licencesQuery, modelQuery } from '../queries';
import type { Fields, NewModel as Body } from '../shape';

const route = getRouteApi('/models/new');

interface Start {
  fields: Fields;
  licenses: LicenceFields[];
  dependencies: DependencyFields[];
}

export default function NewModel() {
  const { from } = route.useSearch();
  const name = from ?? '';
  const [model, licences, dependencies] = [
    useQuery({ ...modelQuery(name), enabled: from !== undefined }),
    useQuery({ ...licencesQuery(name), enabled: from !== undefined }),
    useQuery({ ...dependenciesQuery(name), enabled: from !== undefined }),
  ];
  const error = model.error ?? licences.error ?? dependencies.error;
  if (from === undefined) return <NewForm start={{ fields: BLANK, licenses: [], dependencies: [] }} />;
  if (error || !model.data || !licences.data || !dependencies.data)
    return (
      <Page title="New model">
        {error && <ErrorNotice error={error} retry={() => void model.refetch()} />}
      </Page>
    );
  return (
    <NewForm
      key={from}
      from={from}
      start={{
        // Two models on one endpoint would conflict.
        fields: put(
          { ...fieldsOf(model.data), displayName: `${model.data.displayName}, copy` },
          'deployment.endpointName',
          undefined,
        ),
        // A copy is not reviewed yet, even if the original is.
        licenses: licences.data.items.map((licence) => ({
          ...licenceFields(licence),
          complianceStatus: 'review_needed',
        })),
        dependencies: dependencies.data.items.map(dependencyFields),
      }}
    />
  );
}

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

function NewForm({ start, from }: { start: Start; from?: string }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [begun] = useState(start);
  const draft = useDraft<Fields>(begun.fields, 0);
  const [modelId, setModelId] = useState('');
  const [licenses, setLicenses] = useState(begun.licenses);
  const [dependencies, setDependencies] = useState(begun.dependencies);
  const [sent, setSent] = useState<{ fields: Fields; errors: readonly FieldError[]; modelId: string } | null>(
    null,
  );
  const form = useForm({ fields: draft.value, set: draft.set, epoch: draft.epoch, readOnly: false, sent });
  const isSaved = useRef(false);
  const idError =
    modelId === ''
      ? 'is required'
      : ID.test(modelId)
        ? null
        : 'letters, digits, dots, dashes and underscores, at most 100';
  const errors = [...(idError ? [{ path: 'modelId', message: idError }] : []), ...form.errors];
  const body = { ...draft.value, modelId, licenses, dependencies };
  const create = useMutation({
    // The draft is checked field by field, not by its type.
    mutationFn: () => take(api.POST('/v1/models', { body: body as Body })),
    onSuccess: async () => {
      isSaved.current = true;
      await queries.invalidateQueries({ queryKey: ['models'] });
      await navigate({ to: '/models/$id', params: { id: modelId }, search: {} });
    },
    onError: (error) =>
      setSent(
        error instanceof Problem ? { fields: draft.value, modelId, errors: fromServer(error.errors) } : null,
      ),
  });
  const unsaved = differences(
    { ...begun, modelId: '' },
    { fields: draft.value, licenses, dependencies, modelId },
  );
  const taken =
    create.error instanceof Problem && create.error.code === 'model_exists' && sent?.modelId === modelId;
  return (
    <Page
      title={from ? `New model, as ${from}` : 'New model'}
      trail={
        <Link to="/models" className="plain">
          Models
        </Link>
      }
      actions={<CopyAs request={{ method: 'POST', path: '/v1/models', body }} />}
    >
      <Leaving unsaved={unsaved.length} allow={isSaved} />
      <Form value={form}>
        <div className={classes.sides}>
          <div className={classes.main}>
            <Card>
              <div className={`${classes.grid} ${classes.mono}`}>
                <TextInput
                  label="Model id"
                  description="It can never change, because addresses and workflows refer to it."
                  required
                  spellCheck={false}
                  value={modelId}
                  data-autofocus
                  error={taken ? 'A model with this id exists already.' : modelId !== '' && idError}
                  onChange={(event) => setModelId(event.currentTarget.value)}
                />
              </div>
              {GROUPS.map((group) => (
                <FieldGroup key={group.id} group={group} />
              ))}
            </Card>
            <Prices />
            <NewParts
              licenses={licenses}
              setLicenses={setLicenses}
              dependencies={dependencies}
              setDependencies={setDependencies}
            />
          </div>
          <aside className={classes.rail} aria-label="Contents and creation">
            <div className={classes.aside}>
              <Card title="Contents">
                <Contents groups={GROUPS} changes={draft.changes} errors={form.errors} />
              </Card>
            </div>
            <Card title="Create">
              <div className={railClasses.rail}>
                {errors.length > 0 && (
                  <ul className={railClasses.errors} aria-label="To fix">
                    {errors.map(({ path, message }) => (
                      <li key={`${path} ${message}`}>
                        {path === 'modelId' ? 'Model id' : labelOf(path)}: {message}
                      </li>
                    ))}
                  </ul>
                )}
                {create.error && !taken && <ErrorNotice error={create.error} />}
                <p className="quiet">It stays off until a task needs it.</p>
                <div className={railClasses.buttons}>
                  <Button
                    variant="filled"
                    disabled={errors.length > 0}
                    loading={create.isPending}
                    onClick={() => create.mutate()}
                  >
                    Create the model
                  </Button>
                  <Button onClick={() => void navigate({ to: '/models', search: {} })}>Cancel</Button>
                </div>
              </div>
            </Card>
          </aside>
        </div>
      </Form>
    </Page>
  );
}
