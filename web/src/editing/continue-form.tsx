import { Field, Input, Radio, RadioGroup, Textarea } from '@fluentui/react-components';
import type { BeingEdited, Continued, EditSession } from '@megdocs/contract';
import { useState } from 'react';
import { countInWords, namesInWords } from '../documents/words.ts';
import { FailureBox } from '../ui/failure.tsx';
import { Since } from '../ui/time.tsx';
import styles from './checkpoints.module.css';
import { useSuccessors } from './together-queries.ts';

interface Props {
  kind: 'take-over' | 'hand-over';
  session: EditSession;
  app: BeingEdited['app'];
  forOthersOnly: boolean;
  toPersonId: string;
  setToPersonId: (id: string) => void;
  reason: string;
  setReason: (reason: string) => void;
  asked: boolean;
  answer: Continued | undefined;
}

const NEEDED = 'This is needed: it stays in the history.';

/** What happens to whose work, who goes on, and why. */
export function ContinueForm(props: Props) {
  const { kind, session, app, reason, setReason, asked, answer } = props;
  const from = namesInWords([session.starter.name]);
  const kept = session.checkpoints.length;
  return (
    <>
      <p>
        {kind === 'take-over'
          ? `Everything that ${from} saved goes on in ${props.forOthersOnly ? 'the OneDrive of whoever goes on' : 'your OneDrive'}, under the same base ${session.baseVersion}; ${from} is told and stays named as an editor.`
          : `Everything that you saved goes on in your colleague’s OneDrive, under the same base ${session.baseVersion}; you stay named as an editor.`}{' '}
        {kept > 0 ? `What was kept until now (${countInWords(kept, 'checkpoint')}) stays.` : ''}
      </p>
      <p className={styles.quiet}>
        What is still saved in the old copy becomes a draft of its own, then that copy is deleted. Close {app} there.
      </p>
      {props.forOthersOnly ? <Successor {...props} /> : null}
      <Field label="Why" required validationMessage={asked && reason.trim() === '' ? NEEDED : undefined}>
        <Textarea value={reason} rows={2} maxLength={2000} onChange={(_, data) => setReason(data.value)} />
      </Field>
      {answer?.result === 'waiting' ? <p role="status">{answer.message}</p> : null}
      {answer?.result === 'not-readable' ? <NotReadable answer={answer} /> : null}
    </>
  );
}

function NotReadable({ answer }: { answer: Continued }) {
  return (
    <p role="alert">
      {answer.message} MEGDocs can go on from{' '}
      {answer.contentFrom ? (
        <>
          what it kept at <Since at={answer.contentFrom} skipFocus />
        </>
      ) : (
        'what was uploaded at the start: nothing newer is kept'
      )}
      . What was saved later is not lost: it becomes a draft of its own as soon as the copy can be read.
    </p>
  );
}

function Successor({ session, toPersonId, setToPersonId, asked }: Props) {
  const [search, setSearch] = useState('');
  const query = useSuccessors(session.id, search);
  if (query.error) return <FailureBox error={query.error} onRetry={() => void query.refetch()} />;
  const people = query.data?.people ?? [];
  return (
    <>
      <Field label="Find a colleague" hint="Only people who may edit this document are listed.">
        <Input type="search" value={search} maxLength={100} onChange={(_, data) => setSearch(data.value)} />
      </Field>
      <Field
        label="Who goes on"
        required
        validationMessage={asked && toPersonId === '' ? 'Choose who goes on with it.' : undefined}
      >
        <RadioGroup value={toPersonId} onChange={(_, data) => setToPersonId(data.value)}>
          {people.map(({ id, name, ready, why }) => (
            <Radio key={id} value={id} disabled={!ready} label={why ? `${name}: ${why}` : name} />
          ))}
        </RadioGroup>
      </Field>
      {query.data && people.length === 0 ? <p className={styles.quiet}>Nobody of that name may edit it.</p> : null}
    </>
  );
}
