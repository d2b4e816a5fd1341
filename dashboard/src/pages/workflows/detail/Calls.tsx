/** How a program calls the workflow. */
import type { Json, JsonObject } from '../../../api/contract';
import { Snippet } from '../../../parts/code/CopyAs';
import { fieldsOf, type Field } from '../../../parts/form/fields';
import type { Workflow } from '../shapes';
import classes from '../workflows.module.css';

/** A placeholder of the right type. */
const BLANK: Record<string, Json> = {
  string: '…',
  fasta: '>name\n…',
  number: 0,
  integer: 0,
  boolean: true,
  array: [],
  object: {},
};

const example = (fields: readonly Field[]): JsonObject =>
  Object.fromEntries(
    fields
      .filter(({ isRequired }) => isRequired)
      .map(({ name, type, choices }) => [name, choices[0]?.is ?? BLANK[type] ?? null]),
  );

export function Calls({ workflow }: { workflow: Workflow }) {
  const path = `/v1/workflows/${workflow.id}`;
  const body: JsonObject = { parameters: example(fieldsOf(workflow, false)) };
  return (
    <div className={classes.stack}>
      <div>
        <h2 className={classes.heading}>What would it cost?</h2>
        <p className={classes.lead}>Nothing is stored. The answer has cost, time and licences.</p>
        <Snippet label="Ask for a quote" request={{ method: 'POST', path: `${path}/quote`, body }} />
      </div>
      <div>
        <h2 className={classes.heading}>Run it</h2>
        <p className={classes.lead}>
          With an Idempotency-Key you can send the request again without running it twice. The answer is 202
          with the execution’s id.
        </p>
        <Snippet
          label="Run it"
          request={{
            method: 'POST',
            path: `${path}/executions`,
            body,
            headers: { 'Idempotency-Key': 'my-key-1' },
          }}
        />
      </div>
      <div>
        <h2 className={classes.heading}>Read how it is defined</h2>
        <Snippet label="Read the definition" request={{ method: 'GET', path }} />
      </div>
    </div>
  );
}
