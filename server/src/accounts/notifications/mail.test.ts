import { people } from '@megdocs/fixtures';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../../test/harness.ts';
import { type MailBox, startMailBox } from '../../../test/mail-box.ts';

let server: TestServer;
let box: MailBox;
const FROM = 'MEGDocs <megdocs@stmarys.example>';

beforeEach(async () => {
  box = await startMailBox();
  server = await startTestServer({ environment: { SMTP_URL: box.url, MAIL_FROM: FROM } });
});
afterEach(async () => {
  await server.close();
  await box.close();
});

async function invite(email = 'new.nurse@stmarys.example') {
  const admin = await server.signIn('controller');
  const answer = await admin.post('/api/invitations', { name: 'Nora <Nurse> & Co', email });
  expect(answer.statusCode).toBe(201);
  return answer.json() as { link: string; mailedTo: string | null };
}

const deliver = () => server.app.accounts.deliverMail();

describe('A2: a one-time link by mail', () => {
  it('an invitation reaches the address, as text and as HTML, and the copyable link is the same', async () => {
    const made = await invite();
    expect(made.mailedTo).toBe('new.nurse@stmarys.example');
    await deliver();
    const [mail, ...more] = box.received;
    expect(more).toEqual([]);
    expect(mail?.to).toEqual(['new.nurse@stmarys.example']);
    expect(mail?.header('from')).toBe(FROM);
    expect(mail?.header('auto-submitted')).toBe('auto-generated');
    expect(mail?.raw).toMatch(/multipart\/alternative/);
    expect(mail?.text.split(made.link)).toHaveLength(4);
    // What a person is called is text in the HTML, whatever it looks like.
    expect(mail?.text).toContain('Dear Nora &lt;Nurse&gt; &amp; Co,');
    const page = await server.browser().get(`/api/links/${made.link.split('/').at(-2)}`);
    expect(page.statusCode).toBe(200);
  });

  it('a password reset goes to the person, not to whoever asked for it', async () => {
    const admin = await server.signIn('controller');
    const { people: all } = (await admin.get('/api/people')).json();
    const { id } = all.find((person: { email: string }) => person.email === people.author.email);
    await admin.post(`/api/people/${id}/password-reset`);
    await deliver();
    expect(box.received.map(({ to }) => to)).toEqual([[people.author.email]]);
    expect(box.received[0]?.text).toContain('Choose a new password');
  });

  it('S31: while it waits the database holds the link only sealed, afterwards not at all; the log never', async () => {
    const { link } = await invite();
    const token = link.split('/').at(-2) ?? '';
    const dump = async () => JSON.stringify((await sql`select * from mail`.execute(server.db)).rows);
    const sealed = () => server.db.selectFrom('mail').select('sealed_link').executeTakeFirstOrThrow();
    expect((await sealed()).sealed_link).not.toBeNull();
    expect(Buffer.from((await sealed()).sealed_link ?? []).includes(token)).toBe(false);
    expect(await dump()).not.toContain(token);
    await deliver();
    expect((await sealed()).sealed_link).toBeNull();
    expect(server.logged()).not.toContain(token);
    expect(server.logged()).not.toContain('mail-password');
  });

  it('a link that was replaced or used is not sent any more', async () => {
    const first = await invite();
    const { id } = await server.db
      .selectFrom('person')
      .select('id')
      .where('email', '=', 'new.nurse@stmarys.example')
      .executeTakeFirstOrThrow();
    const admin = await server.signIn('controller');
    const second = (await admin.post(`/api/people/${id}/invitation`)).json();
    await deliver();
    expect(box.received).toHaveLength(1);
    expect(box.received[0]?.text).toContain(second.link);
    expect(box.received[0]?.text).not.toContain(first.link);
  });

  it('an address in use elsewhere is answered alike, and only its owner hears of it', async () => {
    const made = await invite(people.riversideAuthor.email);
    expect(made.mailedTo).toBe(people.riversideAuthor.email);
    await deliver();
    expect(box.received.map(({ to }) => to)).toEqual([[people.riversideAuthor.email]]);
    expect(box.received[0]?.text).toContain('nothing was changed');
    expect(box.received[0]?.text).not.toContain('/welcome/');
  });
});

describe('a mail is sent once, and not lost', () => {
  it('nothing is sent for a change that was rolled back', async () => {
    const { db, app } = server;
    const person = await db
      .selectFrom('person')
      .selectAll()
      .where('email', '=', people.author.email)
      .executeTakeFirstOrThrow();
    const told = { institutionId: person.institution_id, personId: person.id, text: 'Never', mail: 'Never' };
    await expect(
      db.transaction().execute(async (tx) => {
        await app.accounts.notify(tx, told);
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    await deliver();
    expect(box.received).toEqual([]);
  });

  it('a server that has trouble is asked again later, and later still', async () => {
    await invite();
    box.answer(451, 2);
    await deliver();
    await deliver();
    expect(box.received).toEqual([]);
    await server.clock.advance(61);
    await deliver();
    await server.clock.advance(61);
    await deliver();
    expect(box.received).toEqual([]);
    await server.clock.advance(61);
    await deliver();
    expect(box.received).toHaveLength(1);
  });

  it('a process that was killed while it sent holds the mail up for three minutes, no longer', async () => {
    await invite();
    await sql`update mail set attempts = 1, claimed_until = app_now() + interval '180 seconds'`.execute(server.db);
    await deliver();
    expect(box.received).toEqual([]);
    await server.clock.advance(181);
    await deliver();
    expect(box.received).toHaveLength(1);
    const { id } = await server.db.selectFrom('mail').select('id').executeTakeFirstOrThrow();
    expect(box.received[0]?.header('message-id')).toBe(`<${id}@stmarys.example>`);
  });

  it('several processes at once send each mail once', async () => {
    for (let count = 0; count < 5; count++) await invite(`nurse${count}@stmarys.example`);
    await Promise.all([deliver(), deliver(), deliver()]);
    expect(box.received.flatMap(({ to }) => to).sort()).toEqual(
      [0, 1, 2, 3, 4].map((count) => `nurse${count}@stmarys.example`),
    );
  });

  it('a refusal of the recipient is final, and holds nobody else up', async () => {
    await invite('gone@stmarys.example');
    await invite('here@stmarys.example');
    box.answer(550);
    await deliver();
    await server.clock.advance(3600);
    await deliver();
    expect(box.received.flatMap(({ to }) => to)).toEqual(['here@stmarys.example']);
  });
});

describe('without SMTP_URL', () => {
  it('everything works, and is said to go without mail', async () => {
    const plain = await startTestServer();
    const admin = await plain.signIn('controller');
    const answer = await admin.post('/api/invitations', { name: 'Nora', email: 'nora@stmarys.example' });
    expect(answer.json()).toMatchObject({ mailedTo: null, link: expect.stringContaining('/welcome/') });
    await plain.app.accounts.deliverMail();
    expect(await plain.db.selectFrom('mail').selectAll().execute()).toEqual([]);
    await plain.close();
  });
});

describe('news that leaves MEGDocs', () => {
  it('D12: what matters goes by mail too, with a link to where it is mended; what does not stays inside', async () => {
    const { db, app } = server;
    const person = await db
      .selectFrom('person')
      .selectAll()
      .where('email', '=', people.author.email)
      .executeTakeFirstOrThrow();
    const to = { institutionId: person.institution_id, personId: person.id };
    await app.accounts.notify(db, { ...to, text: 'Only here' });
    await app.accounts.notify(db, {
      ...to,
      text: 'Reconnect it.',
      mail: 'Reconnect',
      link: '/accounts/account/microsoft/',
    });
    await deliver();
    expect(box.received).toHaveLength(1);
    expect(box.received[0]?.header('subject')).toBe('Reconnect');
    expect(box.received[0]?.text).toContain('Reconnect it.');
    expect(box.received[0]?.text).toContain('http://localhost:3000/accounts/account/microsoft/');
  });
});
