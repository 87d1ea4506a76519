import { setTimeout as wait } from 'node:timers/promises';
import type { Accounts } from '../accounts/index.ts';
import type { Documents } from '../documents/index.ts';
import { Failure } from '../platform/failures.ts';
import type { Http } from '../platform/http.ts';
import { findCleanUp } from './cleaning-up/clean-up-store.ts';
import { deletionExpectedAt } from './cleaning-up/receipt.ts';
import { leaveDrive } from './ending/disconnect.ts';
import { expireSessions } from './ending/expire-sessions.ts';
import { waitingDraftCounts } from './follow-ups/draft-store.ts';
import { createCallLog } from './log/call-log.ts';
import { keepCallLog } from './log/keep-call-log.ts';
import { thinCheckpoints } from './observing/retention.ts';
import { endSubscriptionsOf } from './observing/subscribe.ts';
import { beingEdited, describeOpenSession, microsoftBlockers } from './opening/blockers.ts';
import type { EditingRoom } from './room.ts';
import { editingRoutes } from './routes.ts';
import { findOpenSession, sessionsOfIntegration } from './store.ts';
import { tend } from './tend.ts';
import { DISCONNECT_ROUND_SECONDS, EXPIRE_SECONDS, ROUND_SECONDS, TEND_SECONDS, THIN_SECONDS } from './timing.ts';

/** Editing in Microsoft 365: who may, the lock, checkpoints, check-in, clean-up. */
export interface Editing {
  routes(app: Http): void;
  /** One round of the sweeper; answers how many sessions were due. */
  tend(): Promise<number>;
  /** Reminds of edits that nobody saves, and closes them in the end. */
  expire(): Promise<void>;
  /** Lets go of checkpoints that the rule of retention does not keep; answers how many. */
  thinCheckpoints(): Promise<number>;
}

export function editing(deps: Omit<EditingRoom, 'waits' | 'calls'>): Editing {
  const room: EditingRoom = { ...deps, waits: new Map(), calls: createCallLog(deps.db, deps.log) };
  fillDocumentHooks(room, room.documents);
  fillAccountHooks(room, room.accounts);
  sayWhetherNotified(room);
  keepCallLog(room);
  room.jobs.every('editing', TEND_SECONDS, async () => {
    const round = tend(room);
    // Whoever hangs goes on by itself; a failure of the round is this job's own.
    await Promise.race([round, wait(ROUND_SECONDS * 1000, undefined, { ref: false })]);
    round.catch((error: unknown) => room.log.error({ err: error }, 'a round of the sweeper failed'));
  });
  room.jobs.every('expire-edit-sessions', EXPIRE_SECONDS, () => expireSessions(room));
  room.jobs.every('thin-checkpoints', THIN_SECONDS, async () => {
    await thinCheckpoints(room);
  });
  room.jobs.every('ending-connections', DISCONNECT_ROUND_SECONDS, () => room.accounts.disconnectWhereAsked());
  return {
    routes: (app) => editingRoutes(app, room),
    tend: () => tend(room),
    expire: () => expireSessions(room),
    thinCheckpoints: () => thinCheckpoints(room),
  };
}

function sayWhetherNotified({ config, log }: EditingRoom): void {
  if (!config.microsoft) return;
  const url = config.microsoft.notificationUrl;
  if (url) log.info({ url: url.href }, 'Microsoft is asked to tell of changes');
  else
    log.info(
      'Microsoft does not tell of changes: that needs Files.ReadWrite.All and a public https address; drives are asked',
    );
}

/** A document need not know that it is edited in Word; here it is told what it has to refuse meanwhile, and to show. */
function fillDocumentHooks(room: EditingRoom, documents: Documents): void {
  documents.guards.push(async (tx, { documentId, actingSessionId }) => {
    const open = await findOpenSession(tx, documentId);
    if (!open || open.id === actingSessionId) return;
    throw new Failure(409, 'being_edited', await describeOpenSession(room, tx, open), {
      remedy: 'Wait until the editing has ended: it is checked in or discarded by the person who started it.',
    });
  });
  documents.presence.beingEdited = beingEdited;
  documents.presence.editBlockers = (q, person, document) => microsoftBlockers(room, q, person, document);
  documents.presence.lateSavesWaiting = waitingDraftCounts;
}

function fillAccountHooks(room: EditingRoom, accounts: Accounts): void {
  accounts.workingCopies.leave = async (integrationId) => {
    await Promise.all([leaveDrive(room, integrationId), endSubscriptionsOf(room, integrationId)]);
  };
  accounts.workingCopies.list = async (q, integrationId) => {
    const sessions = await sessionsOfIntegration(q, integrationId);
    return Promise.all(
      sessions.map(async (session) => {
        const document = await room.documents.find(q, session.document_id, session.institution_id);
        const cleanUp = await findCleanUp(q, session.id);
        return {
          document: { documentId: session.document_id, number: document?.number ?? '', title: document?.title ?? '' },
          /** Undefined while it is open: nobody knows when it will be checked in. */
          goneAbout: cleanUp && deletionExpectedAt(cleanUp, room.config.lateSaveWatchMinutes, room.clock.now()),
        };
      }),
    );
  };
}
