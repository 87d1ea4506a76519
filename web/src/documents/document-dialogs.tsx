import type { DocumentDetail, EditSession, Transition } from '@megdocs/contract';
import { CheckInDialog } from '../editing/check-in-dialog.tsx';
import { DecisionDialog } from '../editing/decision-dialog.tsx';
import { DiscardDialog } from '../editing/discard-dialog.tsx';
import { announce } from '../ui/announce.tsx';
import { DetailsDialog } from './details-dialog.tsx';
import { NewVersionDialog } from './new-version-dialog.tsx';
import { TransitionDialog } from './transition-dialog.tsx';

export type DocumentDialog =
  | { kind: 'check-in' | 'discard' | 'decide' | 'details' | 'upload' }
  | { kind: 'transition'; transition: Transition };

interface Props {
  dialog: DocumentDialog;
  document: DocumentDetail;
  session: EditSession | undefined;
  onChanged: () => void;
  onCheckedIn: () => void;
  onClose: () => void;
}

/** The one dialog that stands open. */
export function DocumentDialogs({ dialog, document, session, onChanged, onCheckedIn, onClose }: Props) {
  switch (dialog.kind) {
    case 'transition':
      return (
        <TransitionDialog document={document} transition={dialog.transition} onDone={onChanged} onClose={onClose} />
      );
    case 'details':
      return <DetailsDialog document={document} onDone={onChanged} onClose={onClose} />;
    case 'upload':
      return <NewVersionDialog document={document} onDone={onChanged} onClose={onClose} />;
    default:
      if (!session) return null;
  }
  if (dialog.kind === 'discard') return <DiscardDialog open session={session} onDone={onChanged} onClose={onClose} />;
  if (dialog.kind === 'decide') return <DecisionDialog session={session} onDone={onChanged} onClose={onClose} />;
  return (
    <CheckInDialog
      session={session}
      document={document}
      onDone={(answer) => {
        announce(answer.message);
        onClose();
        onCheckedIn();
      }}
      onSaved={(answer) => {
        announce(answer.message);
        onClose();
        onChanged();
      }}
      onEnded={() => {
        announce('Closed without a version');
        onClose();
        onChanged();
      }}
      onClose={onClose}
    />
  );
}
