import type { Blocker } from '@megdocs/contract';
import { PERSONAL_ACCOUNTS_TENANT } from '@megdocs/microsoft365';
import type { SignedIn } from '../../accounts/index.ts';
import type { DocumentFacts } from '../../documents/index.ts';
import type { Db, Tx } from '../../platform/database.ts';
import type { EditingRoom } from '../room.ts';
import type { SessionRow } from '../store.ts';
import { appOf } from '../words.ts';
import { partOf, whyNoPart } from './may-take-part.ts';

/** Everything that keeps a colleague from joining, each with what they can do; empty when one click is enough. */
export async function joinBlockers(
  room: EditingRoom,
  q: Db | Tx,
  person: SignedIn,
  session: SessionRow,
  document: DocumentFacts,
): Promise<Blocker[]> {
  const access = await room.documents.access(q, person, document);
  const blockers: Blocker[] = [];
  if (!partOf(document.state, access))
    blockers.push({
      code: 'no-right',
      fact: whyNoPart(document, person.name),
      whoLifts: `${document.owner.name}, the owner, can name you on the document.`,
      action: 'none',
    });
  const account = await accountBlocker(room, q, person, session);
  if (account) blockers.push(account);
  return blockers;
}

async function accountBlocker(
  room: EditingRoom,
  q: Db | Tx,
  person: SignedIn,
  session: SessionRow,
): Promise<Blocker | undefined> {
  const mine = await room.accounts.integrationOf(q, person.personId);
  if (!mine)
    return {
      code: 'not-connected',
      fact: "Your Microsoft account isn't connected.",
      whoLifts: 'You can mend this: it takes about a minute. MEGDocs then knows whom to let in.',
      action: 'connect',
    };
  if (mine.status === 'reconnect_needed')
    return {
      code: 'reconnect-needed',
      fact: 'Microsoft asks you to connect your account again.',
      whoLifts: 'You can mend this: it takes about a minute.',
      action: 'reconnect',
    };
  const starter = await room.accounts.person(q, session.starter_id);
  const theirs = await room.accounts.integration(q, session.integration_id);
  return theirs && strangerBlocker(mine, theirs, starter?.name ?? 'the starter', appOf(session.file_name));
}

interface Account {
  tid: string;
  accountAddress: string;
}

/** Only accounts of one organisation edit a file in OneDrive together, each named in it. */
function strangerBlocker(mine: Account, theirs: Account, starter: string, app: string): Blocker | undefined {
  const blocker = { code: 'no-right', action: 'none' } as const;
  const instead = `Until then ${starter} can hand the editing over to you, or you edit after the check-in.`;
  if (mine.tid === PERSONAL_ACCOUNTS_TENANT || theirs.tid === PERSONAL_ACCOUNTS_TENANT)
    return {
      ...blocker,
      fact:
        mine.tid === PERSONAL_ACCOUNTS_TENANT
          ? `${mine.accountAddress} is a personal Microsoft account, and ${app} lets only accounts of one organisation edit together.`
          : `${starter} edits with a personal Microsoft account, into which nobody can be let.`,
      whoLifts: `Work accounts of your organisation are needed on both sides, connected under Account settings, Microsoft. ${instead}`,
    };
  if (/#ext#/i.test(mine.accountAddress))
    return {
      ...blocker,
      fact: `${mine.accountAddress} is a guest in the organisation whose OneDrive holds the copy.`,
      whoLifts: `Connect the work account that the organisation itself gave you. ${instead}`,
    };
  if (mine.tid !== theirs.tid)
    return {
      ...blocker,
      fact: `Your account ${mine.accountAddress} and ${starter}'s ${theirs.accountAddress} belong to different organisations at Microsoft.`,
      whoLifts: `Connect an account of ${starter}'s organisation under Account settings, Microsoft. ${instead}`,
    };
  return undefined;
}
