import type { FastifyRequest } from 'fastify';
import { Failure } from '../../platform/failures.ts';
import { sha256 } from '../../platform/random.ts';
import type { AccountsDeps, SignedIn } from '../room.ts';
import { readCookie } from './cookies.ts';
import { findLiveSession, findLiveSessionById, touchSession } from './session-store.ts';

/** Answers who sent a request; asks the database once a request. */
export function createSignedIn(deps: AccountsDeps): (request: FastifyRequest) => Promise<SignedIn> {
  const known = new WeakMap<FastifyRequest, Promise<SignedIn>>();
  return (request) => {
    const found = known.get(request) ?? findSignedIn(deps, request);
    known.set(request, found);
    return found;
  };
}

async function findSignedIn(deps: AccountsDeps, request: FastifyRequest): Promise<SignedIn> {
  return personOfSession(deps, readCookie(request, deps.config.publicUrl, 'session'));
}

/** Throws 401 unless the token is that of a live session. */
export async function personOfSession({ db }: Pick<AccountsDeps, 'db'>, token: string | undefined): Promise<SignedIn> {
  const session = token ? await findLiveSession(db, sha256(token)) : undefined;
  if (!session)
    throw new Failure(401, 'not_signed_in', 'You are not signed in.', { remedy: 'Sign in, then do it again.' });
  if (session.stale) await touchSession(db, session.id);
  return toSignedIn(session);
}

/** Who holds a sign-in that was live a moment ago; asking is no sign of life. */
export async function stillSignedIn(
  { db }: Pick<AccountsDeps, 'db'>,
  sessionId: string,
): Promise<SignedIn | undefined> {
  const session = await findLiveSessionById(db, sessionId);
  return session && toSignedIn(session);
}

function toSignedIn(session: NonNullable<Awaited<ReturnType<typeof findLiveSession>>>): SignedIn {
  return {
    personId: session.person_id,
    institutionId: session.institution_id,
    name: session.name,
    email: session.email,
    roles: session.roles,
    sessionId: session.id,
  };
}
