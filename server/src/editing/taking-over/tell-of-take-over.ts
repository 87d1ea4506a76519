import { fill, type PersonRef, pages } from '@megdocs/contract';
import type { Tx } from '../../platform/database.ts';
import type { EditingRoom } from '../room.ts';
import type { SessionRow } from '../store.ts';
import { appOf } from '../words.ts';

interface TakeOver {
  by: PersonRef;
  from: PersonRef;
  to: PersonRef;
  reason: string;
}

/** Tells whoever edited until now and whoever goes on; never the one who did it. */
export async function tellOfTakeOver(
  room: EditingRoom,
  tx: Tx,
  session: SessionRow,
  { by, from, to, reason }: TakeOver,
): Promise<void> {
  const document = await room.documents.find(tx, session.document_id, session.institution_id);
  const title = `${document?.number ?? ''} ${document?.title ?? ''}`;
  const app = appOf(session.file_name);
  const watched = room.config.lateSaveWatchMinutes;
  const news = [
    {
      personId: from.id,
      mail: 'Your editing goes on with a colleague',
      text: `${to.id === by.id ? by.name : `${by.name} let ${to.name}`} ${to.id === by.id ? 'goes' : 'go'} on with your edits of ${title}: “${reason}”. Everything that you saved is in it. Close ${app}; what you still save in the next ${watched} minutes is kept as a draft of its own.`,
      link: fill(pages.document, { id: session.document_id }),
    },
    {
      personId: to.id,
      mail: 'Edits were handed over to you',
      text: `${by.name} handed the edits of ${title} by ${from.name} over to you: “${reason}”. They are on their way into your OneDrive; open them in ${app} from the document's page.`,
      link: fill(pages.document, { id: session.document_id }),
    },
  ];
  for (const { personId, ...rest } of news)
    if (personId !== by.id)
      await room.accounts.notify(tx, { institutionId: session.institution_id, personId, ...rest });
}
