/** What the parameters of the API mean, each told once: for its document. */

interface Meaning {
  /** With the unit, where it is a number. */
  description: string;
  example: string | number | boolean;
}

const uuid = (tail: string): string => `0b9e1d5c-6f7a-4c21-9d3e-${tail.padStart(12, '0')}`;
const said = (description: string, example: Meaning['example']): Meaning => ({ description, example });

/** By name; `<collection>.<name>` comes first, where a name means something of its own there. */
const MEANINGS: Record<string, Meaning> = {
  // Which one.
  'executions.id': said('The id of the execution.', uuid('e1')),
  'users.id': said('The id of the user.', uuid('a1')),
  'tenants.id': said('The id of the tenant.', uuid('b1')),
  'api-keys.id': said('The id of the API key, which is not the key.', uuid('c1')),
  'webhooks.id': said('The id of the webhook delivery.', uuid('d1')),
  tenantId: said('The id of the tenant.', uuid('b1')),
  workflowId: said('The id of the workflow, as its author chose it.', 'protein_folding_alphafold2'),
  'executions.workflowId': said('Only executions of this workflow.', 'protein_folding_alphafold2'),
  modelId: said('The id of the model, as its administrator chose it.', 'alphafold2'),
  'workflows.modelId': said('Only workflows with a task of this model.', 'alphafold2'),
  'executions.modelId': said('Only executions with a task of this model.', 'alphafold2'),
  licenseId: said('The id of the licence.', uuid('f1')),
  dependencyId: said('The id of the dependency.', uuid('f2')),
  taskId: said('The id of the task within its workflow.', 'structure_prediction'),
  mapIndex: said('Of a task that is a map: which of its items, counted from 0.', 0),
  'workflows.version': said('A version of the workflow, as it was published.', '1.0.0'),
  'models.version': said('The row version of the model that is to be written again, counted from 1.', 3),
  name: said('The name of the file.', 'model_1.pdb'),
  sha256: said(
    'Of several files of this name the one whose content has this hash, in hexadecimal digits.',
    'a'.repeat(64),
  ),
  rank: said('Of several structures the one at this place, the best being 1.', 1),
  file: said('What the page loads.', 'swagger-ui.css'),

  // How much of a list, and which part of it.
  limit: said('How many items a page has at most.', 50),
  cursor: said('Where the page begins: `nextCursor` of the page before, as it is.', 'eyJpZCI6IjQyIn0'),
  category: said('Only those of this category.', 'scientific'),
  q: said('Only those whose name or description has these words.', 'protein folding'),
  'licenses.q': said('Only licences whose model, component or SPDX id has these letters.', 'apache'),
  'executions.q': said(
    'Only executions with these words in their name, or whose id or tag begins like this.',
    'insulin',
  ),
  'search.q': said('Words of a name, or the beginning of an id or a tag.', 'insulin'),
  includeDisabled: said('Also those that are out of use: for administrators.', 'true'),
  'executions.status': said('Only executions in this state.', 'running'),
  'models.status': said('Only models of this status.', 'active'),
  minTier: said('Only models that are for this tier, from 1 to 5.', 1),
  providerType: said('Only models that the house runs itself, or those of somebody else.', 'self_hosted'),
  heat: said('Only models that are as warm as this.', 'HOT'),
  compliance: said('Only those of which the worst licence stands like this.', 'compliant'),
  spdx: said('Only licences with this SPDX id.', 'MIT'),
  tag: said('Only executions with this tag.', 'screening'),
  scores: said('With the scores that can be compared among executions.', 'true'),
  from: said('From this moment on: ISO 8601 with an offset.', '2026-01-31T00:00:00Z'),
  to: said('Before this moment: ISO 8601 with an offset.', '2026-02-01T00:00:00Z'),
  state: said('Only deliveries in this state.', 'pending'),
  event: said('Only deliveries of this event.', 'execution.succeeded'),
  entity: said('Only changes of this kind of thing.', 'model'),
  entityId: said('Only changes of the thing with this id.', uuid('a2')),
  action: said('Only changes of this kind.', 'updated'),
  actor: said('Only changes that this person made: an id or an address.', 'admin@localhost'),
  by: said('What the sums are added up by.', 'model'),
  days: said('How many days back, today included.', 30),
  step: said('The length of a step of the series, in seconds.', 3_600),
  format: said('`notice` is one text file.', 'json'),

  // Headers.
  'if-match': said('The `ETag` that was read: refused with 412 when somebody else was faster.', '"3"'),
  'workflows.if-match': said(
    'The `ETag` that was read: refused with 412 when somebody else was faster.',
    '"1.0.0"',
  ),
  'idempotency-key': said(
    'A name of this request: sent again, it answers with what the first one made.',
    'insulin-2026-01-31',
  ),
  accept: said('`text/plain` is one text file.', 'application/json'),
  'accept-encoding': said('`gzip` is a fraction of the bytes.', 'gzip'),
  'last-event-id': said('The id of the last event that was read: those after it follow.', '42'),
};

/** @param path as OpenAPI writes it, such as `/v1/executions/{id}` */
export function meaningOf(path: string, name: string): Meaning | undefined {
  const [, , collection = ''] = path.split('/');
  return MEANINGS[`${collection}.${name}`] ?? MEANINGS[name];
}
