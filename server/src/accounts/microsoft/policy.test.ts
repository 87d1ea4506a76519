import { people } from '@megdocs/fixtures';
import { PERSONAL_ACCOUNTS_TENANT } from '@megdocs/microsoft365';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConnectingScene, connectingScene } from '../../../test/connecting-scene.ts';
import { refusalByPolicy } from './policy.ts';

const { author, author2, controller } = people;
const POLICY = '/api/administration/microsoft/policy';
const OTHER_TENANT = '5f0d7c1e-1111-4222-8333-944455556666';

let scene: ConnectingScene;
beforeAll(async () => {
  scene = await connectingScene();
});
afterAll(() => scene.close());

async function setPolicy(policy: { tenants: string[] | null; personalAccounts?: boolean }) {
  const admin = await scene.server.signIn('controller');
  return admin.put(POLICY, { personalAccounts: false, ...policy });
}

async function integrationOf(who: 'author' | 'author2') {
  const client = await scene.server.signIn(who);
  return (await client.get('/api/integrations/microsoft')).json();
}

async function tenantOfAuthor(): Promise<string> {
  const row = await scene.server.db
    .selectFrom('oauth2_integration')
    .select('tid')
    .where('oid', '=', author.microsoftObjectId)
    .executeTakeFirstOrThrow();
  return row.tid;
}

it('C11: a policy names tenants, and personal accounts apart from them', () => {
  const some = { tenants: [OTHER_TENANT], personalAccounts: false };
  expect(refusalByPolicy(some, OTHER_TENANT.toUpperCase())).toBeUndefined();
  expect(refusalByPolicy(some, '00000000-0000-4000-8000-000000000000')).toBe('policy_forbids_tenant');
  expect(refusalByPolicy(some, PERSONAL_ACCOUNTS_TENANT)).toBe('policy_forbids_personal');
  expect(refusalByPolicy({ tenants: [], personalAccounts: true }, PERSONAL_ACCOUNTS_TENANT)).toBeUndefined();
  expect(refusalByPolicy({ tenants: null, personalAccounts: false }, OTHER_TENANT)).toBeUndefined();
});

describe('C11: what an institution admits', () => {
  it('is changed by its administrators alone, told to the trail, and names tenants by their id', async () => {
    const client = await scene.server.signIn('author');
    expect((await client.put(POLICY, { tenants: null, personalAccounts: false })).statusCode).toBe(403);
    expect((await setPolicy({ tenants: ['stmarys.example'] })).statusCode).toBe(400);
    const answer = await setPolicy({ tenants: null });
    expect(answer.json()).toMatchObject({ policy: { tenants: null, personalAccounts: false } });
    expect((await scene.audit('controller')).map(({ kind }) => kind)).toEqual(['microsoft_policy_changed']);
  });

  it('a deployment for organisations can not admit personal accounts', async () => {
    const answer = await setPolicy({ tenants: null, personalAccounts: true });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error.remedy).toContain('MICROSOFT_TENANT');
  });

  it('an account of another tenant is not stored, and the page says who can mend it', async () => {
    await setPolicy({ tenants: [OTHER_TENANT] });
    const client = await scene.server.signIn('author');
    const problem = await scene.problem(client, await scene.connect(client, author));
    expect(problem).toMatchObject({ code: 'policy_forbids_tenant', whoseTurn: 'your-administrator' });
    expect(problem.youCan).toContain(controller.name);
    expect(problem.noteForAdministrator).toMatch(/Tenant of the account: [0-9a-f-]{36}/);
    expect(scene.server.logged()).toContain(String(problem.reference));
    expect(await scene.server.db.selectFrom('oauth2_integration').selectAll().execute()).toEqual([]);
  });

  it('a connection that it admits no longer gives out no token from then on; its tokens stay', async () => {
    await setPolicy({ tenants: null });
    const client = await scene.server.signIn('author');
    await scene.connect(client, author);
    const { id } = await scene.server.db.selectFrom('oauth2_integration').select('id').executeTakeFirstOrThrow();
    const graph = scene.server.app.accounts.graphFor(id);
    await graph.request('GET', '/me');
    await setPolicy({ tenants: [OTHER_TENANT] });
    const before = scene.tokenCalls();
    await expect(graph.request('GET', '/me')).rejects.toMatchObject({ reason: 'reconnect_needed' });
    expect(scene.tokenCalls()).toBe(before);
    expect(await integrationOf('author')).toMatchObject({
      status: 'reconnect-needed',
      notAllowed: true,
      problem: { code: 'policy_forbids_tenant' },
    });
    const { notifications } = (await client.get('/api/me/notifications')).json();
    const told = notifications.filter(({ text }: { text: string }) => text.includes('does not admit'));
    expect(told).toHaveLength(1);
  });

  it('admitted again, it goes on as before, without the person', async () => {
    await setPolicy({ tenants: [await tenantOfAuthor()] });
    expect(await integrationOf('author')).toMatchObject({ status: 'connected', notAllowed: false, problem: null });
    const { id } = await scene.server.db.selectFrom('oauth2_integration').select('id').executeTakeFirstOrThrow();
    await scene.server.app.accounts.graphFor(id).request('GET', '/me');
  });

  it('a policy that changes while an account is held decides when the person says yes', async () => {
    await setPolicy({ tenants: null });
    const client = await scene.server.signIn('author2');
    await scene.server.db.deleteFrom('oauth2_integration').execute();
    const page = await scene.connect(client, author);
    await setPolicy({ tenants: [OTHER_TENANT] });
    const id = /outcome\/([^/]+)\//.exec(page)?.[1] ?? '';
    await client.postForm(`/accounts/account/microsoft/held/${id}`, { answer: 'use' });
    expect(await scene.problem(client, page)).toMatchObject({ code: 'policy_forbids_tenant' });
    expect(await scene.server.db.selectFrom('oauth2_integration').selectAll().execute()).toEqual([]);
    await setPolicy({ tenants: null });
    await scene.connect(client, author2);
    expect(await integrationOf('author2')).toMatchObject({ status: 'connected' });
  });

  it('other institutions are not touched', async () => {
    await setPolicy({ tenants: null });
    const rows = await scene.server.db.selectFrom('microsoft_policy').select('institution_id').execute();
    expect(rows).toEqual([{ institution_id: scene.server.seeded.get('stmarys')?.id }]);
  });
});
