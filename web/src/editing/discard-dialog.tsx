import { type EditSession, fill, routes } from '@megdocs/contract';
import { TextDialog } from '../documents/text-dialog.tsx';
import { countInWords, namesInWords } from '../documents/words.ts';
import { send } from '../ui/api.ts';
import { sinceWords } from '../ui/time-words.ts';

interface Props {
  open: boolean;
  session: EditSession;
  onDone: () => void;
  onClose: () => void;
}

/** Ends an edit session without a version: names what is lost and what stays. */
export function DiscardDialog({ open, session, onDone, onClose }: Props) {
  const names = session.editors.length > 0 ? session.editors.map((editor) => editor.name) : [session.starter.name];
  const kept = session.checkpoints.length;
  return (
    <TextDialog
      open={open}
      title={`Discard the edits of ${namesInWords(names)} since ${sinceWords(new Date(session.startedAt), new Date())}?`}
      label="Why"
      hint="Stays in the document’s activity."
      required
      verb="Discard the edits"
      keep="Keep editing"
      onSubmit={async (reason) => {
        await send('POST', fill(routes.editSessionDiscard, { id: session.id }), { reason });
        onDone();
      }}
      onClose={onClose}
    >
      <p>
        {session.document.number} stays at {session.baseVersion}: nothing of what was written since becomes a version.
        The copy in OneDrive is deleted once nobody saves in it any more.
      </p>
      <p>
        {kept > 0
          ? `${countInWords(kept, 'checkpoint')} and what was saved last stay for a document controller.`
          : 'What was saved last stays as a checkpoint for a document controller.'}
      </p>
    </TextDialog>
  );
}
