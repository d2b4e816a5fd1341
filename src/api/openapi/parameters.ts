/** Descriptions and examples of the API's parameters, for the OpenAPI document. */

interface Meaning {
  /** Names the unit of a number. */
  description: string;
  example: string | number | boolean;
}

const uuid = (tail: string): string => `0b9e1d5c-6f7a-4c21-9d3e-${tail.padStart(12, '0')}`;
const parameter = (description: string, example: Meaning['example']): Meaning => ({ description, example });

/** By name. An entry `<collection>.<name>` overrides the entry `<name>` for that collection. */
const MEANINGS: Record<string, Meaning> = {
  // Ids and names.
  'executions.id': parameter('The id of the execution.', uuid('e1')),
  'approvals.id': parameter('The id of the approval.', uuid('e2')),
  'users.id': parameter('The id of the user.', uuid('a1')),
  'tenants.id': parameter('The id of the tenant.', uuid('b1')),
  'api-keys.id': parameter('The id of the API key. It is not the secret key.', uuid('c1')),
  'schedules.id': parameter('The id of the schedule.', uuid('d2')),
  'triggers.id': parameter('The id of the trigger.', uuid('d2')),
  triggerId: parameter('The id of the trigger.', uuid('d2')),
  'triggers.workflowId': parameter('Returns only triggers of this workflow.', 'protein_folding_alphafold2'),
  outcome: parameter('Returns only deliveries with this outcome.', 'refused'),
  'webhooks.id': parameter('The id of the webhook delivery.', uuid('d1')),
  tenantId: parameter('The id of the tenant.', uuid('b1')),
  workflowId: parameter('The id of the workflow, chosen by its author.', 'protein_folding_alphafold2'),
  'executions.workflowId': parameter(
    'Returns only executions of this workflow.',
    'protein_folding_alphafold2',
  ),
  'schedules.workflowId': parameter('Returns only schedules of this workflow.', 'protein_folding_alphafold2'),
  modelId: parameter('The id of the model, chosen by an administrator.', 'alphafold2'),
  'workflows.modelId': parameter('Returns only workflows with a task that uses this model.', 'alphafold2'),
  'executions.modelId': parameter('Returns only executions with a task that uses this model.', 'alphafold2'),
  licenseId: parameter('The id of the licence.', uuid('f1')),
  dependencyId: parameter('The id of the dependency.', uuid('f2')),
  taskId: parameter('The id of the task within its workflow.', 'structure_prediction'),
  mapIndex: parameter('The item of a map task, counted from 0.', 0),
  'workflows.version': parameter('A published version of the workflow.', '1.0.0'),
  'models.version': parameter('The row version of the model to restore, counted from 1.', 3),
  name: parameter('The name of the file.', 'model_1.pdb'),
  sha256: parameter(
    'The SHA-256 hash of the content, in hexadecimal. It selects one of several files with the same name.',
    'a'.repeat(64),
  ),
  rank: parameter('The rank of the structure. 1 is the best structure.', 1),
  file: parameter('The file that the page loads.', 'swagger-ui.css'),

  // Pages and filters of lists.
  limit: parameter('The maximum number of items in a page.', 50),
  cursor: parameter(
    'The start of the page: `nextCursor` of the previous page, unchanged.',
    'eyJpZCI6IjQyIn0',
  ),
  'approvals.status': parameter(
    '`waiting` returns those that wait for a decision, `decided` those that have ended.',
    'waiting',
  ),
  category: parameter('Returns only items of this category.', 'scientific'),
  q: parameter('Returns only items whose name or description contains this text.', 'protein folding'),
  'licenses.q': parameter(
    'Returns only licences whose model, component, SPDX id or notes contain this text.',
    'apache',
  ),
  'executions.q': parameter(
    'Returns only executions whose name contains these words, or whose id or tag starts with this text.',
    'insulin',
  ),
  parentId: parameter(
    'Returns only executions that this one runs as sub-workflows. Without it and without `q`, only executions that no other one runs.',
    uuid('e1'),
  ),
  'search.q': parameter('Words of a name, or the start of an id or a tag.', 'insulin'),
  includeDisabled: parameter('`true` also returns disabled items. Administrators only.', 'true'),
  'executions.status': parameter('Returns only executions with this status.', 'running'),
  'models.status': parameter('Returns only models with this status.', 'active'),
  minTier: parameter('Returns only models that this tier (1 to 5) may use.', 1),
  providerType: parameter('Returns only self-hosted models, or only external ones.', 'self_hosted'),
  heat: parameter('Returns only models in this thermal state.', 'HOT'),
  compliance: parameter(
    'Returns only items with this compliance state. The worst licence of a model decides its state.',
    'compliant',
  ),
  spdx: parameter('Returns only licences with this SPDX id.', 'MIT'),
  tag: parameter('Returns only executions with this tag.', 'screening'),
  scores: parameter(
    '`true` also returns the numeric scores of each output, for comparing executions.',
    'true',
  ),
  from: parameter('The start of the period, inclusive: ISO 8601 with an offset.', '2026-01-31T00:00:00Z'),
  to: parameter('The end of the period, exclusive: ISO 8601 with an offset.', '2026-02-01T00:00:00Z'),
  cron: parameter(
    'Minute, hour, day of month, month, day of week; or `@daily` and the like.',
    '30 2 * * 1-5',
  ),
  timeZone: parameter('The time zone of the cron expression, of the IANA database.', 'Europe/Berlin'),
  intervalSeconds: parameter('The interval in seconds, instead of a cron expression.', 3_600),
  'schedules.state': parameter('Returns only ticks in this state.', 'refused'),
  paused: parameter('`true` returns only paused schedules, `false` only those that tick.', 'true'),
  state: parameter('Returns only deliveries in this state.', 'pending'),
  event: parameter('Returns only deliveries of this event.', 'execution.succeeded'),
  entity: parameter('Returns only changes of this kind of entity.', 'model'),
  entityId: parameter('Returns only changes of the entity with this id.', uuid('a2')),
  action: parameter('Returns only changes with this action.', 'updated'),
  actor: parameter(
    'Returns only changes by this actor: an id, a part of a name or of an e-mail address, or `system`.',
    'admin@localhost',
  ),
  dryRun: parameter('`validate` checks all of the request, and writes nothing.', 'validate'),
  by: parameter('How the costs are grouped.', 'model'),
  days: parameter('The number of days, including today.', 30),
  step: parameter('The length of one step of the series, in seconds.', 3_600),
  format: parameter('`json`, or `notice` for one text file.', 'json'),

  // Headers.
  'if-match': parameter(
    'The `ETag` of the version that you read. The change is refused with 412 if the resource has changed since.',
    '"3"',
  ),
  'workflows.if-match': parameter(
    'The `ETag` of the version that you read. The change is refused with 412 if the resource has changed since.',
    '"1.0.0"',
  ),
  'idempotency-key': parameter(
    'A unique key of this request. A repeated request with the same key returns the result of the first one.',
    'insulin-2026-01-31',
  ),
  accept: parameter('`text/plain` returns one text file.', 'application/json'),
  'accept-encoding': parameter('`gzip` makes the response much smaller.', 'gzip'),
  'last-event-id': parameter(
    'The id of the last event that you received. The stream continues after it.',
    '42',
  ),
};

/** @param path as OpenAPI writes it, such as `/v1/executions/{id}` */
export function meaningOf(path: string, name: string): Meaning | undefined {
  const [, , collection = ''] = path.split('/');
  return MEANINGS[`${collection}.${name}`] ?? MEANINGS[name];
}
