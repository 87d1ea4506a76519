import { isTrustedFileUrl, rawFileUrl } from '@megdocs/microsoft365';
import type { SignedIn } from '../../accounts/index.ts';
import { Failure, notFound } from '../../platform/failures.ts';
import { explainLook } from '../copy.ts';
import { graphOf } from '../graph-of.ts';
import { workingOn } from '../log/working-on.ts';
import type { EditingRoom } from '../room.ts';
import type { SessionRow } from '../store.ts';
import { appOf } from '../words.ts';
import { endingPolicyOf } from './policy-store.ts';

const SCHEMES = { Word: 'ms-word', Excel: 'ms-excel', PowerPoint: 'ms-powerpoint' } as const;
/** What Office's handlers of such links take. */
const LONGEST = { Word: 256, Excel: 216, PowerPoint: 256 } as const;

/**
 * The address with which the starter's own computer opens the copy in the desktop app, where the institution allows
 * that. Whether an app is there to take it nobody can know.
 * @see https://learn.microsoft.com/office/client-developer/office-uri-schemes
 */
export async function desktopLink(room: EditingRoom, person: SignedIn, session: SessionRow): Promise<string> {
  const { desktopApps } = await endingPolicyOf(room.db, session.institution_id);
  if (!desktopApps || session.starter_id !== person.personId) throw notFound('This address');
  const { drive_id: driveId, item_id: itemId } = session;
  if (session.state !== 'active' || !driveId || !itemId)
    throw new Failure(409, 'session_closed', 'The document is not open for editing now.', {
      remedy: 'Reload the page.',
    });
  const app = appOf(session.file_name);
  const url = await readAddress(room, session, { driveId, itemId });
  if (!url || !isTrustedFileUrl(url, room.accounts.endpoints) || url.length > LONGEST[app])
    throw new Failure(409, 'microsoft_refused', `Microsoft names no address that ${app} on your computer can open.`, {
      remedy: `Open it in the browser; ${app} for the web offers "Open in desktop app" as well.`,
    });
  // The bars stay as they are: Office reads them literally.
  return `${SCHEMES[app]}:ofe|u|${url}`;
}

async function readAddress(
  room: EditingRoom,
  session: SessionRow,
  ref: { driveId: string; itemId: string },
): Promise<string | undefined> {
  try {
    return await workingOn(session.id, () => rawFileUrl(graphOf(room, session.integration_id), ref));
  } catch (error) {
    const look = explainLook(error);
    throw new Failure(503, 'microsoft_unreachable', 'Microsoft could not be asked for the address just now.', {
      remedy: look.kind === 'gone' ? 'The copy is not in OneDrive.' : look.why,
      retryAfterSeconds: 10,
    });
  }
}
