import { Button, Field, Link, Radio, RadioGroup, Spinner, Textarea } from '@fluentui/react-components';
import { type Checkpoint, type EditSession, fill, routes } from '@megdocs/contract';
import { useState } from 'react';
import { namesInWords, sizeInWords } from '../documents/words.ts';
import { announce } from '../ui/announce.tsx';
import { send } from '../ui/api.ts';
import { FailureBox } from '../ui/failure.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { Ago } from '../ui/time.tsx';
import styles from './checkpoints.module.css';

interface Props {
  session: EditSession;
  onDone: () => void;
  onClose: () => void;
}

const DISCARD = 'discard';

/** For a document controller: what becomes of content that could not be checked in. Nothing is deleted by waiting. */
export function DecisionDialog({ session, onDone, onClose }: Props) {
  const usable = session.checkpoints.filter((checkpoint) => checkpoint.reason === null);
  const [choice, setChoice] = useState(usable[0]?.id ?? DISCARD);
  const [text, setText] = useState('');
  const [asked, setAsked] = useState(false);
  const [state, setState] = useState<{ busy: boolean; error?: unknown }>({ busy: false });
  const discard = choice === DISCARD;

  const submit = async () => {
    setAsked(true);
    const words = text.trim();
    if (words === '' || state.busy) return;
    setState({ busy: true });
    try {
      const body = discard
        ? { decision: 'discard', reason: words }
        : { decision: 'recover', checkpointId: choice, summary: words };
      await send('POST', fill(routes.editSessionDecision, { id: session.id }), body);
      announce(discard ? 'The edits were discarded' : `Recovered as ${session.nextVersion}`);
      onDone();
      onClose();
    } catch (error) {
      setState({ busy: false, error });
    }
  };
  return (
    <Sheet
      open
      title={`Decide about ${session.document.number} ${session.document.title}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Decide later</Button>
          <Button
            appearance="primary"
            disabledFocusable={state.busy}
            icon={state.busy ? <Spinner size="extra-tiny" aria-label="Deciding" /> : undefined}
            onClick={submit}
          >
            {discard ? 'Discard the edits' : `Recover as ${session.nextVersion}`}
          </Button>
        </>
      }
    >
      <p>{session.decision}</p>
      <p className={styles.quiet}>Everything stays kept, and the document locked, until somebody decides.</p>
      <RadioGroup aria-label="What becomes of it" value={choice} onChange={(_, data) => setChoice(data.value)}>
        {session.checkpoints.map((checkpoint) => (
          <CheckpointChoice key={checkpoint.id} checkpoint={checkpoint} nextVersion={session.nextVersion} />
        ))}
        <Radio
          value={DISCARD}
          label={`Discard the edits of ${namesInWords([session.starter.name])}: ${session.document.number} stays at ${session.baseVersion}`}
        />
      </RadioGroup>
      <Field
        label={discard ? 'Why' : 'What changed'}
        required
        hint={discard ? 'Stays in the document’s activity.' : 'Readers see this text.'}
        validationMessage={asked && text.trim() === '' ? 'This is needed: it stays in the history.' : undefined}
      >
        <Textarea value={text} rows={3} maxLength={2000} onChange={(_, data) => setText(data.value)} />
      </Field>
      {state.error === undefined ? null : <FailureBox error={state.error} />}
    </Sheet>
  );
}

function CheckpointChoice({ checkpoint, nextVersion }: { checkpoint: Checkpoint; nextVersion: string }) {
  return (
    <div className={styles.item}>
      <Radio
        value={checkpoint.id}
        disabled={checkpoint.reason !== null}
        label={
          <>
            Recover as {nextVersion} what was kept <Ago at={checkpoint.madeAt} skipFocus />, by{' '}
            {namesInWords(checkpoint.editors)}
            {checkpoint.reason ? <span className={styles.reason}>{checkpoint.reason}</span> : null}
          </>
        }
      />
      <Link href={checkpoint.contentUrl} download>
        Download ({sizeInWords(checkpoint.size)})
      </Link>
    </div>
  );
}
