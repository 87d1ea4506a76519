import { people } from '@megdocs/fixtures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestClient } from '../../../test/client.ts';
import { startTestServer, type TestServer } from '../../../test/harness.ts';

let server: TestServer;
let admin: TestClient;
beforeAll(async () => {
  server = await startTestServer();
  admin = await server.signIn('controller');
});
afterAll(() => server.close());

const NEW_PASSWORD = 'correct horse battery';
const tokenOf = (link: string) => link.split('/').at(-2) ?? '';
const linkPath = (link: string) => `/api/links/${tokenOf(link)}`;

async function personOf(
  email: string,
): Promise<{ id: string; state: string; roles: string[]; teams: { name: string }[] }> {
  const { people: all } = (await admin.get('/api/people')).json();
  return all.find((person: { email: string }) => person.email === email);
}

async function auditKinds(): Promise<string[]> {
  const rows = await server.db.selectFrom('audit_entry').select('kind').orderBy('id').execute();
  return rows.map((row) => row.kind);
}

describe('A1: an institution from the command line', () => {
  it('is made in an empty database, with a one-time link for its first admin', async () => {
    const made = await server.app.accounts.institutionCommand({
      name: 'Northshore Hospitals',
      slug: 'northshore',
      admin: 'Head@northshore.example',
    });
    const browser = server.browser();
    expect((await browser.get(linkPath(made.link))).json()).toMatchObject({
      purpose: 'invitation',
      institution: 'Northshore Hospitals',
      email: 'head@northshore.example',
    });
    const joined = await browser.post(linkPath(made.link), { name: 'Nora Head', password: NEW_PASSWORD });
    expect(joined.json()).toMatchObject({ name: 'Nora Head', roles: ['institution-admin', 'document-controller'] });
    expect((await browser.get('/api/people')).json().people).toHaveLength(1);
  });

  it('is refused in one sentence when the slug or the address is taken, or something is missing', async () => {
    const make = (args: Record<string, unknown>) => server.app.accounts.institutionCommand(args);
    await expect(make({ name: 'X', slug: 'stmarys', admin: 'x@x.example' })).rejects.toThrow(/slug "stmarys" already/);
    await expect(make({ name: 'X', slug: 'xx', admin: people.author.email })).rejects.toThrow(/has an account already/);
    await expect(make({ name: 'X', slug: 'Not A Slug', admin: 'x@x.example' })).rejects.toThrow(/--slug/);
    await expect(make({ name: 'X', slug: 'xx' })).rejects.toThrow(/--admin/);
  });
});

describe('A2: inviting', () => {
  it('gives a link that works once, for seven days', async () => {
    const { teams } = (await admin.get('/api/teams')).json();
    const authors = teams.find((team: { name: string }) => team.name === 'Authors');
    const invited = await admin.post('/api/invitations', {
      name: 'Bea Newman',
      email: 'Bea@stmarys.example',
      teamIds: [authors.id],
    });
    expect(invited.statusCode).toBe(201);
    const { link } = invited.json();
    expect(await personOf('bea@stmarys.example')).toMatchObject({ state: 'invited', teams: [{ name: 'Authors' }] });
    const browser = server.browser();
    const joined = await browser.post(linkPath(link), { password: NEW_PASSWORD });
    expect(joined.json()).toMatchObject({ name: 'Bea Newman', teams: ['All staff', 'Authors'] });
    const again = await server.browser().post(linkPath(link), { password: 'another passphrase' });
    expect(again.json().error.code).toBe('link_not_valid');
    expect(await personOf('bea@stmarys.example')).toMatchObject({ state: 'active' });
    expect(await auditKinds()).toEqual(expect.arrayContaining(['person_invited', 'person_joined']));
  });

  it('keeps only the hash of a link', async () => {
    const { link } = (await admin.post('/api/invitations', { name: 'Cy', email: 'cy@stmarys.example' })).json();
    const rows = await server.db.selectFrom('one_time_link').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(tokenOf(link));
  });

  it('makes the older link of the same person worthless, and ends after seven days', async () => {
    const person = await personOf('cy@stmarys.example');
    const first = (await admin.post(`/api/people/${person.id}/invitation`)).json().link;
    const second = (await admin.post(`/api/people/${person.id}/invitation`)).json().link;
    expect((await server.browser().get(linkPath(first))).statusCode).toBe(404);
    expect((await server.browser().get(linkPath(second))).statusCode).toBe(200);
    await server.clock.advance(7 * 24 * 3600 + 1);
    expect((await server.browser().get(linkPath(second))).statusCode).toBe(404);
    admin = await server.signIn('controller');
  });

  it('two who use one link at once: one joins', async () => {
    const { link } = (await admin.post('/api/invitations', { name: 'Dee', email: 'dee@stmarys.example' })).json();
    const accept = () => server.browser().post(linkPath(link), { password: NEW_PASSWORD });
    const answers = await Promise.all([accept(), accept()]);
    expect(answers.map((answer) => answer.statusCode).sort()).toEqual([200, 404]);
  });

  it('of a colleague says that the address is in use', async () => {
    const answer = await admin.post('/api/invitations', { name: 'Again', email: people.author.email });
    expect(answer.statusCode).toBe(409);
    expect(answer.json().error.code).toBe('address_in_use');
  });

  it('D2: of an address in use elsewhere answers like any other, changes nothing, and tells its owner', async () => {
    const elsewhere = people.riversideAuthor;
    const answer = await admin.post('/api/invitations', { name: 'Helen', email: elsewhere.email });
    const other = await admin.post('/api/invitations', { name: 'Free', email: 'free@stmarys.example' });
    expect(answer.statusCode).toBe(other.statusCode);
    expect(Object.keys(answer.json())).toEqual(Object.keys(other.json()));
    expect((await server.browser().get(linkPath(answer.json().link))).statusCode).toBe(404);
    const owner = await server.signIn('riversideAuthor');
    const { notifications, unread } = (await owner.get('/api/me/notifications')).json();
    expect(notifications[0].text).toContain('tried to invite your address');
    expect(unread).toBe(1);
    expect((await owner.post('/api/me/notifications')).statusCode).toBe(204);
    expect((await owner.get('/api/me/notifications')).json().unread).toBe(0);
  });

  it('refuses a team of another institution', async () => {
    const other = await server.signIn('riversideController');
    const { teams } = (await other.get('/api/teams')).json();
    const answer = await admin.post('/api/invitations', {
      name: 'Mole',
      email: 'mole@stmarys.example',
      teamIds: [teams[0].id],
    });
    expect(answer.statusCode).toBe(400);
  });
});

describe('A2: resetting a password', () => {
  it('gives a link for two hours; using it ends the sessions that there were', async () => {
    const person = await personOf(people.author2.email);
    const before = await server.signIn('author2');
    const late = (await admin.post(`/api/people/${person.id}/password-reset`)).json().link;
    await server.clock.advance(2 * 3600 + 1);
    expect((await server.browser().get(linkPath(late))).statusCode).toBe(404);
    const { link } = (await admin.post(`/api/people/${person.id}/password-reset`)).json();
    const browser = server.browser();
    expect((await browser.post(linkPath(link), { password: NEW_PASSWORD })).statusCode).toBe(200);
    expect((await before.get('/api/me')).statusCode).toBe(401);
    await server.browser().signIn(people.author2.email, NEW_PASSWORD);
  });
});

describe('A2: changing people', () => {
  it('S51: deactivating ends the sessions at once and keeps the person out', async () => {
    const reader = await server.signIn('reader');
    const person = await personOf(people.reader.email);
    const answer = await admin.patch(`/api/people/${person.id}`, { deactivated: true });
    expect(answer.json()).toMatchObject({ state: 'deactivated' });
    expect((await reader.get('/api/me')).statusCode).toBe(401);
    await expect(server.signIn('reader')).rejects.toThrow(/401/);
    await admin.patch(`/api/people/${person.id}`, { deactivated: false });
    await server.signIn('reader');
    expect(await auditKinds()).toEqual(expect.arrayContaining(['person_deactivated', 'person_reactivated']));
  });

  it('protects the last administrator, from themselves as well', async () => {
    const me = await personOf(people.controller.email);
    for (const change of [{ deactivated: true }, { roles: ['document-controller'] }]) {
      const answer = await admin.patch(`/api/people/${me.id}`, change);
      expect(answer.json().error.code).toBe('last_admin');
    }
  });

  it('two administrators who remove each other at once: one stays', async () => {
    const author = await personOf(people.author.email);
    const me = await personOf(people.controller.email);
    await admin.patch(`/api/people/${author.id}`, { roles: ['institution-admin'] });
    const other = await server.signIn('author');
    const answers = await Promise.all([
      admin.patch(`/api/people/${author.id}`, { roles: [] }),
      other.patch(`/api/people/${me.id}`, { roles: ['document-controller'] }),
    ]);
    expect(answers.map((answer) => answer.statusCode).sort()).not.toEqual([200, 200]);
    const left = await server.db
      .selectFrom('person')
      .select(['email', 'roles'])
      .where('institution_id', '=', server.seeded.get('stmarys')?.id ?? '')
      .execute();
    const admins = left.filter((person) => person.roles.includes('institution-admin'));
    expect(admins).toHaveLength(1);
    if (admins[0]?.email !== people.controller.email) {
      await other.patch(`/api/people/${me.id}`, { roles: ['document-controller', 'institution-admin'] });
      await admin.patch(`/api/people/${author.id}`, { roles: [] });
    }
  });

  it('adds and deletes teams, except that of everyone', async () => {
    const made = await admin.post('/api/teams', { name: 'Link nurses' });
    expect(made.statusCode).toBe(201);
    expect((await admin.post('/api/teams', { name: 'Link nurses' })).statusCode).toBe(409);
    const person = await personOf(people.author.email);
    await admin.patch(`/api/people/${person.id}`, { teamIds: [made.json().id] });
    expect((await personOf(people.author.email)).teams).toMatchObject([{ name: 'Link nurses' }]);
    expect((await admin.delete(`/api/teams/${made.json().id}`)).statusCode).toBe(204);
    const { teams } = (await admin.get('/api/teams')).json();
    const everyone = teams.find((team: { everyone: boolean }) => team.everyone);
    expect((await admin.delete(`/api/teams/${everyone.id}`)).statusCode).toBe(409);
  });
});

describe('may not', () => {
  it('A2: nobody but administrators manages people and teams', async () => {
    const person = await personOf(people.author2.email);
    const { teams } = (await admin.get('/api/teams')).json();
    for (const who of ['approver', 'reader'] as const) {
      const client = await server.signIn(who);
      const tried = [
        await client.patch(`/api/people/${person.id}`, { deactivated: true }),
        await client.post('/api/invitations', { name: 'X', email: 'x@stmarys.example' }),
        await client.post(`/api/people/${person.id}/invitation`),
        await client.post(`/api/people/${person.id}/password-reset`),
        await client.post('/api/teams', { name: 'X' }),
        await client.delete(`/api/teams/${teams[0].id}`),
      ];
      expect(tried.map((answer) => answer.statusCode)).toEqual([403, 403, 403, 403, 403, 403]);
    }
  });

  it('A2: who is no administrator sees names alone', async () => {
    const client = await server.signIn('approver');
    const { people: seen } = (await client.get('/api/people')).json();
    expect(seen.length).toBeGreaterThan(3);
    expect(new Set(seen.map((person: { email: string }) => person.email))).toEqual(new Set(['']));
  });

  it('D2: an administrator of another institution reaches nobody here', async () => {
    const other = await server.signIn('riversideController');
    const person = await personOf(people.author.email);
    const { teams } = (await admin.get('/api/teams')).json();
    const tried = [
      await other.patch(`/api/people/${person.id}`, { deactivated: true }),
      await other.post(`/api/people/${person.id}/invitation`),
      await other.post(`/api/people/${person.id}/password-reset`),
      await other.delete(`/api/teams/${teams[1].id}`),
    ];
    expect(tried.map((answer) => answer.statusCode)).toEqual([404, 404, 404, 404]);
    const { people: seen } = (await other.get('/api/people')).json();
    expect(JSON.stringify(seen)).not.toContain('stmarys.example');
  });

  it('nobody without a session gets an answer', async () => {
    const stranger = server.browser();
    const tried = await Promise.all([
      ...['/api/me', '/api/me/sessions', '/api/me/notifications', '/api/people', '/api/teams'].map((url) =>
        stranger.get(url),
      ),
      stranger.get('/api/integrations/microsoft'),
      stranger.post('/api/me/password', { currentPassword: 'x', newPassword: 'long enough password' }),
      stranger.post('/api/invitations', { name: 'X', email: 'x@stmarys.example' }),
    ]);
    for (const answer of tried) expect(answer.json().error.code).toBe('not_signed_in');
  });
});
