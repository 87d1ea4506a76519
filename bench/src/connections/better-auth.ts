import { randomUUID } from 'node:crypto';
import { betterAuth } from 'better-auth';
import { symmetricEncrypt } from 'better-auth/crypto';
import { getMigrations } from 'better-auth/db/migration';
import pg from 'pg';
import { aToken } from './identity-provider.ts';

const SECRET = 'a-secret-of-the-bench-that-is-long-enough';

/** better-auth as its pages set it up for Microsoft on PostgreSQL, tokens encrypted, with that many people. */
export async function betterAuthReader(url: string, people: number) {
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  const auth = betterAuth({
    baseURL: 'http://localhost:3000',
    secret: SECRET,
    database: pool,
    account: { encryptOAuthTokens: true },
    socialProviders: { microsoft: { clientId: 'bench', clientSecret: 'bench' } },
    telemetry: { enabled: false },
    logger: { disabled: true },
  });
  await (await getMigrations(auth.options)).runMigrations();
  const users = await addPeople(pool, people);
  return {
    read: async () => {
      const userId = users[Math.floor(Math.random() * users.length)] ?? '';
      const { accessToken } = await auth.api.getAccessToken({ body: { accountId: `a${userId}`, userId } });
      if (!accessToken) throw new Error('better-auth gave no token.');
    },
    close: () => pool.end(),
  };
}

async function addPeople(pool: pg.Pool, count: number): Promise<string[]> {
  const users = Array.from({ length: count }, () => randomUUID());
  const sealed = await symmetricEncrypt({ key: SECRET, data: aToken() });
  await pool.query(
    `insert into "user" (id, name, email, "emailVerified", "createdAt", "updatedAt")
     select id, 'A', id || '@x', true, now(), now() from unnest($1::text[]) as id`,
    [users],
  );
  await pool.query(
    `insert into account (id, "accountId", "providerId", "userId", "accessToken", "refreshToken", "accessTokenExpiresAt", "createdAt", "updatedAt")
     select 'a' || id, 'x' || id, 'microsoft', id, $2, $2, now() + interval '1 hour', now(), now() from unnest($1::text[]) as id`,
    [users, sealed],
  );
  await pool.query('create index on account ("userId")');
  await pool.query('analyze');
  return users;
}
