/** What an approver fills in: the form of the approval, a comment, and the outcome. */
import { Button, Group, Textarea } from '@mantine/core';
import { useState } from 'react';
import { api, Problem, take, type Got } from '../../api/client';
import type { Json } from '../../api/contract';
import { isObject } from '../../parts/code/json';
import { JsonField } from '../../parts/code/JsonField';
import { useAction } from '../../parts/dialog/useAction';
import { placeErrors } from '../../parts/form/checks';
import { SchemaForm } from '../../parts/form/SchemaForm';
import { useForm } from '../../parts/form/useForm';
import { newKey } from '../../parts/newKey';
import { Card } from '../../parts/page/Card';
import { problemText } from '../../parts/page/problem';
import { filledIn, sourceOf } from './form';
import classes from './Approval.module.css';

type Approval = Got<'/v1/approvals/{id}'>;
type Outcome = 'approved' | 'rejected';

export function DecisionForm({ approval }: { approval: Approval }) {
  const { id, executionId } = approval;
  const schema = approval.formSchema;
  const [source] = useState(() => sourceOf(schema ?? {}));
  const hasFields = source.parameters.length > 0 || isObject(source.inputSchema['properties']);
  const form = useForm(source, false);
  const [whole, setWhole] = useState<Json | undefined>();
  const [isReadable, setReadable] = useState(true);
  const [comment, setComment] = useState('');
  // The same key for each try: a decision whose answer was lost is not refused as a second one.
  const [key] = useState(newKey);
  const value = hasFields ? filledIn(form.fields, form.values) : (whole ?? null);
  const isWhole = schema === null || (hasFields ? Object.keys(form.errors).length === 0 : isReadable);
  const decide = useAction(
    (outcome: Outcome) =>
      take(
        api.POST('/v1/approvals/{id}/decision', {
          params: { path: { id }, header: { 'idempotency-key': key } },
          body: {
            outcome,
            comment: comment.trim() || null,
            form: schema === null || (outcome === 'rejected' && !isWhole) ? null : value,
          },
        }),
      ),
    { done: 'Your decision is recorded', keys: [['approvals'], ['execution', executionId]] },
  );
  const { placed, elsewhere } = placeErrors(
    decide.error instanceof Problem
      ? decide.error.errors.map(({ path, message }) => ({
          path: path.replace(/^body\.form\.?/, ''),
          message,
        }))
      : [],
    form.fields.map(({ name }) => name),
  );
  const submit = (outcome: Outcome) => {
    if (outcome === 'approved' && !isWhole) form.showAll();
    else decide.mutate(outcome);
  };
  return (
    <Card title="Your decision">
      <form
        className={classes.fields}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit('approved');
        }}
      >
        {schema !== null && hasFields && (
          <SchemaForm
            fields={form.fields.map((field) => ({ ...field, isMain: true }))}
            values={form.values}
            set={form.set}
            errors={{ ...form.shown, ...placed }}
          />
        )}
        {schema !== null && !hasFields && (
          <JsonField
            label="Form"
            description="JSON"
            value={whole}
            onChange={(next, unreadable) => {
              setWhole(next);
              setReadable(unreadable === null);
            }}
          />
        )}
        <Textarea
          label="Comment"
          autosize
          minRows={2}
          maxRows={12}
          maxLength={2_000}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
        {decide.error && (elsewhere.length > 0 || Object.keys(placed).length === 0) && (
          <p role="alert" className={classes.wrong}>
            {problemText(decide.error)}
          </p>
        )}
        <Group gap={8}>
          <Button type="submit" variant="filled" loading={decide.isPending}>
            Approve
          </Button>
          <Button c="var(--failed)" disabled={decide.isPending} onClick={() => submit('rejected')}>
            Reject
          </Button>
        </Group>
      </form>
    </Card>
  );
}
