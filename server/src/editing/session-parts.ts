import type { PersonRef } from '@megdocs/contract';
import type { DocumentFacts } from '../documents/index.ts';
import type { NamedEditor } from '../platform/schema.ts';
import { type CleanUpRow, cleanUpsOf } from './cleaning-up/clean-up-store.ts';
import type { ReceiptPerson } from './cleaning-up/receipt.ts';
import { receiptPeople } from './cleaning-up/receipt-people-store.ts';
import { type StepRow, stepsOfSessions } from './cleaning-up/step-store.ts';
import { institutionsWithDesktopApps } from './ending/policy-store.ts';
import { type DraftRow, draftsOfSessions } from './follow-ups/draft-store.ts';
import { type CheckpointRow, checkpointsOfSessions } from './observing/checkpoint-store.ts';
import { editorsOfSessions } from './observing/editors.ts';
import type { EditingRoom } from './room.ts';
import type { SessionRow } from './store.ts';

/** What is shown with sessions, each kind of it read once however many sessions there are. */
export interface SessionParts {
  documents: ReadonlyMap<string, DocumentFacts>;
  people: ReadonlyMap<string, PersonRef>;
  /** Addresses of the Microsoft accounts, by connection. */
  accounts: ReadonlyMap<string, string>;
  versions: ReadonlyMap<string, { number: string; editors: readonly NamedEditor[] }>;
  checkpoints: ReadonlyMap<string, CheckpointRow[]>;
  editors: ReadonlyMap<string, NamedEditor[]>;
  drafts: ReadonlyMap<string, DraftRow[]>;
  cleanUps: ReadonlyMap<string, CleanUpRow>;
  steps: ReadonlyMap<string, StepRow[]>;
  colleagues: ReadonlyMap<string, ReceiptPerson[]>;
  /** Institutions that let documents be opened in the desktop apps. */
  desktopApps: ReadonlySet<string>;
}

export async function loadSessionParts(room: EditingRoom, sessions: readonly SessionRow[]): Promise<SessionParts> {
  const { db, documents, accounts } = room;
  const ids = sessions.map(({ id }) => id);
  const each = (of: (session: SessionRow) => (string | null)[]) => [
    ...new Set(sessions.flatMap(of).filter((id) => id !== null)),
  ];
  return {
    documents: await documents.findMany(
      db,
      each((session) => [session.document_id]),
    ),
    people: await accounts.peopleByIds(
      db,
      each((session) => [session.starter_id, session.ended_by]),
    ),
    accounts: await accounts.accountAddresses(
      db,
      each((session) => [session.integration_id]),
    ),
    versions: await documents.versionsByIds(
      db,
      each((session) => [session.base_version_id, session.result_version_id]),
    ),
    checkpoints: await checkpointsOfSessions(db, ids),
    editors: await editorsOfSessions(room, ids),
    drafts: await draftsOfSessions(db, ids),
    cleanUps: await cleanUpsOf(db, ids),
    steps: await stepsOfSessions(db, ids),
    colleagues: await receiptPeople(db, ids),
    desktopApps: await institutionsWithDesktopApps(db),
  };
}
