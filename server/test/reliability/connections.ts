import { randomUUID } from 'node:crypto';
import { people } from '@megdocs/fixtures';
import { type Sealing, sealTokens } from '@megdocs/microsoft365';
import { type Selectable, sql } from 'kysely';
import { request } from 'undici';
import type { Db } from '../../src/platform/database.ts';
import type { Schema } from '../../src/platform/schema.ts';
import { signInAtMicrosoft } from '../microsoft-pages.ts';

const TABLE = 'oauth2_integration';
const TENANT = '7f3c1f5e-2f7d-4a53-9c61-2b8f5a0d1e11';
const SCOPES = ['User.Read', 'Files.ReadWrite.All'];
const BATCH = 500;
const AT_ONCE = 8;

export interface Grant {
  accessToken: string;
  refreshToken: string;
}

interface Application {
  clientId: string;
  secret: string;
  redirectUri: string;
}

const signedIn = new Map<string, Map<string, string>>();

/** Real grants of one account: it signs in once, and is remembered for the others. */
export async function mintGrants(url: string, application: Application, count: number): Promise<Grant[]> {
  const authorize = new URL('/organizations/oauth2/v2.0/authorize', url);
  authorize.search = new URLSearchParams({
    response_type: 'code',
    client_id: application.clientId,
    redirect_uri: application.redirectUri,
    scope: `offline_access ${SCOPES.join(' ')}`,
    state: 's',
  }).toString();
  const cookies = signedIn.get(url) ?? new Map();
  if (!signedIn.has(url))
    await signInAtMicrosoft(authorize.href, people.author, application.redirectUri, 'accept', cookies);
  signedIn.set(url, cookies);
  authorize.searchParams.set('prompt', 'none');
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const grants: Grant[] = [];
  const mint = async () => {
    while (grants.length < count) {
      const at = grants.push({ accessToken: '', refreshToken: '' }) - 1;
      grants[at] = await mintOne(authorize, cookie, application);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, mint));
  return grants;
}

async function mintOne(authorize: URL, cookie: string, application: Application): Promise<Grant> {
  const sent = await request(authorize, { headers: { cookie } });
  await sent.body.dump();
  const code = new URL(String(sent.headers.location), authorize).searchParams.get('code');
  if (!code) throw new Error(`No code: ${sent.statusCode} ${sent.headers.location}`);
  const answer = await request(new URL('/organizations/oauth2/v2.0/token', authorize), {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      client_id: application.clientId,
      client_secret: application.secret,
      redirect_uri: application.redirectUri,
    }).toString(),
  });
  const tokens = (await answer.body.json()) as Record<string, string>;
  if (answer.statusCode !== 200) throw new Error(`No tokens: ${JSON.stringify(tokens)}`);
  return { accessToken: tokens.access_token ?? '', refreshToken: tokens.refresh_token ?? '' };
}

/** So many people, each with a connection; grants are shared out again when there are fewer. */
export async function connectPeople(
  db: Db,
  sealing: Sealing,
  grants: Grant[],
  count: number,
  secondsLeft: number,
): Promise<string[]> {
  const institutionId = randomUUID();
  await db.insertInto('institution').values({ id: institutionId, name: 'Storm', slug: institutionId }).execute();
  const ids = Array.from({ length: count }, () => randomUUID());
  for (let from = 0; from < count; from += BATCH) {
    const rows = ids.slice(from, from + BATCH).map((id, at) => {
      const grant = grants[(from + at) % grants.length] ?? { accessToken: '', refreshToken: '' };
      const sealed = sealTokens(
        sealing,
        { table: TABLE, id },
        { ...grant, expiresInSeconds: secondsLeft, scopes: SCOPES },
      );
      return {
        ...{ id, person_id: randomUUID(), institution_id: institutionId, tid: TENANT, oid: randomUUID() },
        ...{ account_name: 'X', account_address: 'x@x.example', scopes: SCOPES, status: 'connected' as const },
        sealed_access_token: sealed.sealedAccessToken,
        sealed_refresh_token: sealed.sealedRefreshToken,
        access_token_expires_at: sql<Date>`app_now() + make_interval(secs => ${secondsLeft}::double precision)`,
      };
    });
    const persons = rows.map(({ person_id: id }) => ({
      id,
      institution_id: institutionId,
      email: `${id}@x`,
      name: 'X',
    }));
    await db.insertInto('person').values(persons).execute();
    await db.insertInto(TABLE).values(rows).execute();
  }
  return ids;
}

export type ConnectionRow = Selectable<Schema['oauth2_integration']> & { lease_seconds: number };

export function readRow(db: Db, id: string): Promise<ConnectionRow> {
  return db
    .selectFrom(TABLE)
    .selectAll()
    .select(sql<number>`coalesce(extract(epoch from lease_until - app_now()), 0)::double precision`.as('lease_seconds'))
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}
