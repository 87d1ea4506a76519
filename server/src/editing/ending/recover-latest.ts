import type { SignedIn } from '../../accounts/index.ts';
import { Failure } from '../../platform/failures.ts';
import { holding } from '../hold.ts';
import { checkpointsOf } from '../observing/checkpoint-store.ts';
import { observe } from '../observing/observe.ts';
import type { EditingRoom } from '../room.ts';
import { findSession } from '../store.ts';
import { needDecision, recoverCheckpoint } from './decision.ts';

export interface Recovered {
  version: string;
  /** When what became the version was fetched. */
  contentFrom: Date;
  /** False: the copy could not be read just now, so what was saved since is not in it. */
  readable: boolean;
}

/**
 * A document controller makes a version of the last content that MEGDocs has: of edits that wait for a decision, or of a
 * session whose copy nobody can read. Says from when the content is.
 */
export async function recoverLatest(
  room: EditingRoom,
  person: SignedIn,
  sessionId: string,
  summary: string,
): Promise<Recovered> {
  const readable = await holding(room, sessionId, async (held) => {
    if (held.row.state !== 'active' && held.row.state !== 'needs-a-decision') return false;
    const look = await observe(room, held);
    const seen = look.kind === 'seen' && held.row.collected_tag === look.tag;
    if (held.row.state === 'needs-a-decision') return seen;
    if (seen || look.kind === 'unreachable' || look.kind === 'seen')
      throw new Failure(409, 'session_closed', 'The copy can be read, and it is being edited.', {
        remedy: 'Ask the person to check in, or let somebody take the editing over.',
      });
    await needDecision(
      room,
      held,
      `MEGDocs can't read the copy any more. ${look.kind === 'gone' ? 'It is not in OneDrive.' : look.why}`,
    );
    return false;
  });
  const latest = (await checkpointsOf(room.db, sessionId)).find(({ reason }) => reason === null);
  if (!latest)
    throw new Failure(
      409,
      'nothing_changed',
      'MEGDocs has fetched nothing from this copy that differs from the document.',
      {
        remedy: 'Discard the edits, or ask the person what they had written.',
      },
    );
  const version = await recoverCheckpoint(room, person, sessionId, { checkpointId: latest.id, summary });
  await tellStarter(room, person, sessionId, version);
  return { version, contentFrom: latest.made_at, readable };
}

async function tellStarter(room: EditingRoom, person: SignedIn, sessionId: string, version: string): Promise<void> {
  const session = await findSession(room.db, sessionId);
  if (!session || session.starter_id === person.personId) return;
  const document = await room.documents.find(room.db, session.document_id, session.institution_id);
  const by = await room.accounts.person(room.db, person.personId);
  await room.accounts.notify(room.db, {
    institutionId: session.institution_id,
    personId: session.starter_id,
    text: `${by?.name ?? 'A document controller'} made version ${version} of ${document?.number ?? ''} ${document?.title ?? ''} from your edits.`,
    link: `/documents/${session.document_id}/`,
  });
}
