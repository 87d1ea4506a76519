import { Button, Spinner } from '@fluentui/react-components';
import { Open16Regular } from '@fluentui/react-icons';
import { type BeingEdited, type EditSession, fill, pages } from '@megdocs/contract';
import { useState } from 'react';
import { namesInWords } from '../documents/words.ts';
import { FailureBox } from '../ui/failure.tsx';
import { useMe } from '../ui/me.ts';
import { Sheet } from '../ui/sheet.tsx';
import { sinceWords } from '../ui/time-words.ts';
import { ContinueForm } from './continue-form.tsx';
import { rememberTitle } from './remembered-title.ts';
import { useContinue } from './use-continue.ts';

export interface ContinueWish {
  kind: 'take-over' | 'hand-over';
  session: EditSession;
  /** The person can't go on themselves: they choose who does. */
  forOthersOnly: boolean;
}

interface Props extends ContinueWish {
  app: BeingEdited['app'];
  onDone: () => void;
  onClose: () => void;
}

/** Ends a session from its latest content, and lets somebody go on with it: names what happens to whose work. */
export function ContinueDialog({ kind, session, app, forOthersOnly, onDone, onClose }: Props) {
  const me = useMe();
  const [toPersonId, setToPersonId] = useState(forOthersOnly ? '' : me.id);
  const [reason, setReason] = useState('');
  const [asked, setAsked] = useState(false);
  const going = useContinue(kind, session, onDone);
  const { state } = going;
  const answer = state.kind === 'answered' ? state.answer : undefined;
  const busy = state.kind === 'busy' || answer?.result === 'waiting';
  const names = namesInWords([session.starter.name]);
  const done = answer?.result === 'continued';

  const submit = () => {
    setAsked(true);
    if (reason.trim() === '' || toPersonId === '' || busy) return;
    going.start({ toPersonId, reason: reason.trim() });
  };
  const verb = kind === 'take-over' ? (toPersonId === me.id ? 'Take over' : 'Let them go on') : 'Hand over';
  return (
    <Sheet
      open
      title={
        kind === 'take-over'
          ? `Take over ${session.document.number} from ${names}, who has been editing it since ${sinceWords(new Date(session.startedAt), new Date())}?`
          : `Hand ${session.document.number} over to a colleague?`
      }
      onClose={onClose}
      actions={
        done ? (
          <Done session={session} app={app} mine={toPersonId === me.id} onClose={onClose} />
        ) : (
          <>
            <Button onClick={onClose}>{kind === 'take-over' ? `Leave it with ${names}` : 'Keep editing'}</Button>
            {answer?.mayGoOnAnyway ? <Button onClick={going.goOnAnyway}>Go on with what is kept</Button> : null}
            <Button
              appearance="primary"
              disabledFocusable={busy}
              icon={busy ? <Spinner size="extra-tiny" aria-label={verb} /> : undefined}
              onClick={submit}
            >
              {verb}
            </Button>
          </>
        )
      }
    >
      {done ? (
        <p role="status">
          {toPersonId === me.id
            ? `You go on with everything that was saved. It is on its way into your OneDrive.`
            : 'Your colleague was told, and finds it in their OneDrive in a moment.'}
        </p>
      ) : (
        <ContinueForm
          {...{ kind, session, app, forOthersOnly, toPersonId, setToPersonId, reason, setReason, asked }}
          answer={answer}
        />
      )}
      {state.kind === 'failed' ? <FailureBox error={state.error} /> : null}
    </Sheet>
  );
}

function Done({ session, app, mine, onClose }: Pick<Props, 'session' | 'app' | 'onClose'> & { mine: boolean }) {
  const { document } = session;
  return (
    <>
      <Button onClick={onClose}>Close</Button>
      {mine ? (
        <Button
          as="a"
          appearance="primary"
          href={fill(pages.openDocument, { id: document.id })}
          target="_blank"
          rel="noopener"
          icon={<Open16Regular />}
          onClick={() => {
            rememberTitle(localStorage, document);
            onClose();
          }}
        >
          Open in {app}
        </Button>
      ) : null}
    </>
  );
}
