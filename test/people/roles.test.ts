/** Access of every route by every role and with a key of every scope, and docs/roles.md that documents it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVERYBODY, scopeOf, type Route } from '../../src/api/http/route.js';
import { addUser, issueKey, SCOPES, type Role, type Scope } from '../../src/store/people/identity.js';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { openApiHarness, type ApiHarness } from '../api/api-harness.js';

let harness: ApiHarness;
beforeAll(async () => {
  harness = await openApiHarness();
});
afterAll(() => harness.stop());

const nameOf = ({ method, path }: Pick<Route, 'method' | 'path'>) => `${method.toUpperCase()} ${path}`;
const closed = () => harness.routes.filter(({ roles }) => roles !== 'public');
const mayAsk = ({ roles }: Route, role: Role) => roles === 'public' || roles.includes(role);

/** The whole page. */
function drawRoles(routes: readonly Route[]): string {
  const row = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const listed = routes.filter(({ page }) => !page);
  const table = listed
    .filter(({ roles }) => roles !== 'public')
    .toSorted(
      (one, other) =>
        one.path.localeCompare(other.path, 'en') || one.method.localeCompare(other.method, 'en'),
    )
    .map((route) =>
      row([
        `\`${nameOf(route)}\``,
        scopeOf(route),
        ...EVERYBODY.map((role) => (mayAsk(route, role) ? 'yes' : '')),
      ]),
    );
  const open = listed.filter(({ roles }) => roles === 'public').map((route) => `- \`${nameOf(route)}\``);
  return `# Roles

Drawn from the table of routes; \`npx vitest run test/people/roles.test.ts -u\` draws it again.

A key that names scopes is good for those only; one that names none is good for all that its owner's role may. A session
may what the key may that it was opened with.

${row(['route', 'scope', ...EVERYBODY])}
${row(['---', '---', ...EVERYBODY.map(() => '---')])}
${table.join('\n')}

## For everybody, without a key

${open.join('\n')}

So are the pages and files of the dashboard.
`;
}

test('docs/roles.md matches the route table', async () => {
  await expect(drawRoles(harness.routes)).toMatchFileSnapshot('../../docs/roles.md');
});

/** A user of this role, and a key of theirs with these scopes only. */
async function keyOf(role: Role, scopes: readonly Scope[]): Promise<string> {
  const { ledger } = harness.system;
  const administrator = role === 'tenant_admin' || role === 'tenant_user' ? undefined : role;
  const user = await addUser(ledger, {
    tenant: { name: 'walkers', tier: 5 },
    email: `${role}@walkers.test`,
    role: role === 'tenant_admin' ? role : 'tenant_user',
    ...(administrator && { administrator }),
  });
  const key = await issueKey(ledger, user, 'for the walk', SYSTEM);
  await ledger.as(SYSTEM, (session) =>
    session.query('update api_keys set scopes = $1 where key_id = $2', [scopes, key.slice(4, 16)]),
  );
  return key;
}

test.each(
  EVERYBODY.flatMap((role) =>
    [[], ...SCOPES.map((scope) => [scope])].map((scopes) => [role, scopes] as const),
  ),
)('as %s with a key for %j each route answers, or refuses by its rule', async (role, scopes) => {
  const authorization = `Bearer ${await keyOf(role, scopes)}`;
  for (const route of closed()) {
    const { method, path } = route;
    const response = await fetch(`${harness.system.url}${path.replaceAll(/:\w+/g, 'x')}`, {
      method: method.toUpperCase(),
      headers: { authorization },
    });
    const isProblem = response.headers.get('content-type')?.includes('problem+json');
    const { code = '' } = isProblem ? ((await response.json()) as { code: string }) : {};
    if (!isProblem) await response.body?.cancel();
    const needed = scopeOf(route);
    const expected = !mayAsk(route, role)
      ? 'role_required'
      : needed === 'any' || scopes.length === 0 || scopes.includes(needed)
        ? ''
        : 'scope_required';
    const refused = response.status === 403 ? code : '';
    expect(
      [refused, response.status < 500 || code === 'internal'],
      `${nameOf(route)} ${response.status} ${code}`,
    ).toEqual([expected, true]);
  }
});

test('a read-only key cannot use a route that changes something, and no route is left out', () => {
  for (const route of closed()) {
    const scope = scopeOf(route);
    expect(
      EVERYBODY.some((role) => mayAsk(route, role)),
      nameOf(route),
    ).toBe(true);
    if (route.path !== '/v1/session') expect(scope === 'read', nameOf(route)).toBe(route.method === 'get');
  }
  expect(
    closed()
      .filter((route) => scopeOf(route) === 'run')
      .map(nameOf),
  ).toEqual(
    expect.arrayContaining(['POST /v1/workflows/:workflowId/executions', 'POST /v1/executions/:id/cancel']),
  );
  const admins = closed().filter((route) => scopeOf(route) === 'administer');
  expect(admins.map(nameOf)).toEqual(expect.arrayContaining(['POST /v1/api-keys', 'PUT /v1/thermal/brakes']));
});
