import type { Continued } from '@megdocs/contract';
import type { SignedIn } from '../../accounts/index.ts';
import { Failure } from '../../platform/failures.ts';
import { sessionClosed } from '../errors.ts';
import { type HeldSession, holding } from '../hold.ts';
import type { EditingRoom } from '../room.ts';
import { findByKey } from '../store.ts';
import { beginSuccessor, readySuccessor } from './begin-successor.ts';
import { assigns, canGoOnElsewhere, mayHandOver, mayTakeOver } from './may-continue.ts';
import { type Collected, collectSettled, contentToGoOn, type GoingOn } from './settled-content.ts';
import { findTakeOver } from './take-over-store.ts';

export interface ContinueWish {
  idempotencyKey: string;
  toPersonId: string;
  reason: string;
  /** Go on with what MEGDocs has. */
  anyway: boolean;
}

/**
 * Ends a session from its latest content, and begins one with that content in the OneDrive of the person who goes on.
 * `waiting`: Microsoft has not settled. `not-readable`: only what was kept before could go on. The same key again
 * answers what it came to.
 */
export async function continueElsewhere(
  room: EditingRoom,
  by: SignedIn,
  sessionId: string,
  kind: 'taken-over' | 'handed-over',
  wish: ContinueWish,
): Promise<Continued> {
  return holding(room, sessionId, (held) => goOn(room, held, by, kind, wish));
}

async function goOn(
  room: EditingRoom,
  held: HeldSession,
  by: SignedIn,
  kind: 'taken-over' | 'handed-over',
  wish: ContinueWish,
): Promise<Continued> {
  const begun = await alreadyBegun(room, held.row.id, wish);
  if (begun) return continued(begun);
  if (!canGoOnElsewhere(held.row)) throw sessionClosed(held.row.state);
  await assertMayContinue(room, held, by, kind, wish.toPersonId);
  // Said before anybody waits for Microsoft; looked at again in the transaction.
  await readySuccessor(room, room.db, held.row, wish.toPersonId);
  const collected: Collected =
    held.row.state === 'starting' ? { kind: 'settled' } : await collectSettled(room, held, wish);
  if (collected.kind === 'waiting') return waitingFor(collected);
  const content = await contentToGoOn(room, held);
  const why = collected.kind === 'not-readable' ? collected.why : content.instead;
  if (why && !wish.anyway) return notReadable(why, content);
  return continued(await beginSuccessor(room, held, by, kind, wish, content, why === undefined));
}

/** The answer to the same wish was lost. */
async function alreadyBegun(room: EditingRoom, sessionId: string, wish: ContinueWish): Promise<string | undefined> {
  const session = await findByKey(room.db, wish.toPersonId, wish.idempotencyKey);
  const from = session && (await findTakeOver(room.db, session.id));
  return from?.from_session_id === sessionId ? session?.id : undefined;
}

async function assertMayContinue(
  room: EditingRoom,
  held: HeldSession,
  by: SignedIn,
  kind: 'taken-over' | 'handed-over',
  toPersonId: string,
): Promise<void> {
  if (toPersonId === held.row.starter_id)
    throw new Failure(400, 'invalid_request', 'This person is editing it already.', {
      remedy: 'Choose somebody else.',
      fields: { toPersonId: 'is the person who edits it now' },
    });
  if (kind === 'handed-over') {
    if (mayHandOver(by, held.row)) return;
    throw new Failure(403, 'not_allowed', 'Only the person who started editing hands it over.', {
      remedy: 'Take it over instead, or ask a document controller.',
    });
  }
  const may = await mayTakeOver(room, room.db, by, held.row);
  if (may === 'no' || (toPersonId === by.personId && may !== 'yes'))
    throw new Failure(403, 'not_allowed', 'You may not edit this document, so you can not go on with it.', {
      remedy: 'Its owner can name you as a contributor; a document controller can let a colleague go on.',
    });
  if (toPersonId !== by.personId && !assigns(by))
    throw new Failure(403, 'not_allowed', 'Only document controllers and administrators let somebody else go on.', {
      remedy: 'Take it over yourself, or ask a document controller.',
    });
}

function continued(sessionId: string): Continued {
  return {
    result: 'continued',
    sessionId,
    message: 'The editing goes on in another copy.',
    contentFrom: null,
    mayGoOnAnyway: false,
  };
}

function waitingFor({ seconds, mayGoOnAnyway }: Extract<Collected, { kind: 'waiting' }>): Continued {
  return {
    result: 'waiting',
    sessionId: null,
    message: `Waiting for Microsoft to finish saving, about ${Math.max(1, Math.ceil(seconds))} s more.`,
    contentFrom: null,
    mayGoOnAnyway,
  };
}

function notReadable(why: string, content: GoingOn): Continued {
  return {
    result: 'not-readable',
    sessionId: null,
    message: why,
    contentFrom: content.checkpoint?.made_at.toISOString() ?? null,
    mayGoOnAnyway: true,
  };
}
