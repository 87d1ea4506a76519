import type { BeingEdited, Blocker } from '@megdocs/contract';
import type { SignedIn } from '../../accounts/index.ts';
import type { DocumentFacts } from '../../documents/index.ts';
import type { Db, Tx } from '../../platform/database.ts';
import type { EditingRoom } from '../room.ts';
import { findOpenSession, openSessionsOn, type SessionRow } from '../store.ts';
import { colleaguesIn } from '../together/participant-store.ts';
import { appOf } from '../words.ts';

/** Everything that stands between this person and editing now, what they can mend themselves first. */
export async function editBlockersFor(
  room: EditingRoom,
  q: Db | Tx,
  person: SignedIn,
  document: DocumentFacts,
): Promise<Blocker[]> {
  const access = await room.documents.access(q, person, document);
  const own = room.documents.mayEditNow(document, access);
  return [...(await microsoftBlockers(room, q, person, document)), ...own];
}

/** What Microsoft and open sessions put in the way; the document's own blockers are the documents room's. */
export async function microsoftBlockers(
  room: EditingRoom,
  q: Db | Tx,
  person: SignedIn,
  document: DocumentFacts,
): Promise<Blocker[]> {
  const blockers: Blocker[] = [];
  const connection = await connectionBlocker(room, q, person);
  if (connection) blockers.push(connection);
  if (document.newestVersion.size > room.config.maxDocumentBytes)
    blockers.push({
      code: 'file-too-large',
      fact: `The file is larger than ${Math.floor(room.config.maxDocumentBytes / 1024 / 1024)} MB, which is more than can be opened in ${appOf(document.newestVersion.fileName)} from here.`,
      whoLifts: 'Download it, make it smaller (pictures are usually what is large), and upload it as a new version.',
      action: 'none',
    });
  const open = await findOpenSession(q, document.id);
  if (open && (open.starter_id !== person.personId || open.state === 'needs-a-decision'))
    blockers.push(await sessionBlocker(room, q, open));
  return blockers;
}

async function sessionBlocker(room: EditingRoom, q: Db | Tx, open: SessionRow): Promise<Blocker> {
  const blocker = { code: 'being-edited', action: 'none' } as const;
  if (open.state === 'needs-a-decision')
    return {
      ...blocker,
      fact: await describeOpenSession(room, q, open),
      whoLifts: 'A document controller decides what becomes of it.',
    };
  const starter = await room.accounts.person(q, open.starter_id);
  return {
    ...blocker,
    fact: `${starter?.name ?? 'Somebody'} has been editing it in ${appOf(open.file_name)}`,
    since: open.started_at.toISOString(),
    whoLifts: 'Join them in it, or take it over if they are away. It is free again when they check in or discard.',
  };
}

async function connectionBlocker(room: EditingRoom, q: Db | Tx, person: SignedIn): Promise<Blocker | undefined> {
  if (!room.accounts.microsoftConfigured)
    return {
      code: 'microsoft-not-configured',
      fact: 'MEGDocs is not connected to Microsoft 365 here yet.',
      whoLifts: 'Your system administrator sets it up; the README says how.',
      action: 'none',
    };
  const integration = await room.accounts.integrationOf(q, person.personId);
  if (!integration)
    return {
      code: 'not-connected',
      fact: "Your Microsoft account isn't connected.",
      whoLifts: 'You can mend this: it takes about a minute.',
      action: 'connect',
    };
  if (integration.status === 'reconnect_needed')
    return {
      code: 'reconnect-needed',
      fact: 'Microsoft asks you to connect your account again.',
      whoLifts: 'You can mend this: it takes about a minute.',
      action: 'reconnect',
    };
  return undefined;
}

/** "Clare Whitcombe is editing it in Word.": since when is said by the page, in the reader's zone. */
export async function describeOpenSession(room: EditingRoom, q: Db | Tx, session: SessionRow): Promise<string> {
  const starter = await room.accounts.person(q, session.starter_id);
  const name = starter?.name ?? 'Somebody';
  const app = appOf(session.file_name);
  if (session.state === 'needs-a-decision')
    return `The edits of ${name} wait for a document controller to decide what becomes of them.`;
  return `${name} is editing it in ${app}.`;
}

/** Who edits these documents now, by document. */
export async function beingEdited(q: Db | Tx, documentIds: readonly string[]): Promise<Map<string, BeingEdited>> {
  const rows = await openSessionsOn(q, documentIds);
  const colleagues = Map.groupBy(
    await colleaguesIn(
      q,
      rows.map(({ id }) => id),
    ),
    ({ session_id }) => session_id,
  );
  return new Map(
    rows.map((row) => [
      row.document_id,
      {
        sessionId: row.id,
        by: [
          { id: row.starter_id, name: row.starter_name },
          ...(colleagues.get(row.id) ?? []).map(({ id, name }) => ({ id, name })),
        ],
        since: row.started_at.toISOString(),
        app: appOf(row.file_name),
        lastSavedAt: row.last_saved_at?.toISOString() ?? null,
        lastSavedBy: row.last_saved_by,
        state: row.state as BeingEdited['state'],
      },
    ]),
  );
}
