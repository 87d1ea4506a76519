import { Button, Field, Radio, RadioGroup, Spinner, Textarea } from '@fluentui/react-components';
import type { CheckedIn, DocumentDetail, EditSession, Proposal } from '@megdocs/contract';
import { type RefObject, useRef } from 'react';
import { useFocusAfterOpening } from '../documents/text-dialog.tsx';
import { namesInWords } from '../documents/words.ts';
import { FailureBox } from '../ui/failure.tsx';
import { Sheet } from '../ui/sheet.tsx';
import styles from './check-in.module.css';
import { SettlingBox } from './settling-box.tsx';
import { checkInLabel } from './settling-words.ts';
import { type AfterCheckIn, type CheckInDesk, useCheckIn } from './use-check-in.ts';

interface Props {
  session: EditSession;
  document: DocumentDetail;
  onDone: (answer: CheckedIn) => void;
  /** Nothing was changed, and the session was closed without a version. */
  onEnded: () => void;
  /** A version was made, and editing goes on. */
  onSaved: (answer: CheckedIn) => void;
  onClose: () => void;
}

/** Check in: waiting and ready have the same shape, so that nothing jumps when Microsoft has settled. */
export function CheckInDialog({ session, document, onDone, onEnded, onSaved, onClose }: Props) {
  const desk = useCheckIn(session, onDone, onEnded, onSaved);
  const summary = useRef<HTMLTextAreaElement>(null);
  useFocusAfterOpening(summary);
  return (
    <Sheet
      open
      title={`Check in ${document.number} ${document.title}`}
      onClose={onClose}
      actions={<CheckInActions desk={desk} nextVersion={session.nextVersion} onClose={onClose} summary={summary} />}
    >
      <SettlingBox desk={desk} session={session} />
      {desk.line.icon === 'unchanged' ? null : <NextVersion {...{ desk, session, document, summary }} />}
      {desk.answer ? (
        <p role="alert" className={styles.answer}>
          {desk.answer.message}
        </p>
      ) : null}
      {desk.failure === undefined ? null : <FailureBox error={desk.failure} assertive />}
    </Sheet>
  );
}

interface NextVersionProps extends Pick<Props, 'session' | 'document'> {
  desk: CheckInDesk;
  summary: RefObject<HTMLTextAreaElement | null>;
}

/** The number that it becomes, what happens with it, and what changed. */
function NextVersion({ desk, session, document, summary }: NextVersionProps) {
  return (
    <>
      <div className={styles.next}>
        <div>
          <div className={styles.label}>Next version</div>
          <div className={styles.number}>
            {session.baseVersion} → <strong>{session.nextVersion}</strong>
          </div>
        </div>
        <RadioGroup
          aria-label="What happens with the next version"
          value={desk.next}
          onChange={(_, data) => desk.setNext(data.value as AfterCheckIn)}
        >
          <Radio value="draft" label="Leave it as a draft" />
          <Radio value="review" label={reviewLabel(document, session.nextVersion)} />
          <Radio value="go-on" label="Save this version and go on editing" />
        </RadioGroup>
      </div>
      <Field
        label="What changed"
        required
        hint={
          desk.proposal?.summary === desk.summary
            ? 'Proposed from the tracked changes. Readers see this text.'
            : 'Readers see this text.'
        }
        validationMessage={desk.summaryMissing ? 'Say in a sentence what changed.' : undefined}
      >
        <Textarea
          ref={summary}
          value={desk.summary}
          maxLength={2000}
          rows={3}
          resize="vertical"
          onChange={(_, data) => desk.setSummary(data.value)}
        />
      </Field>
      {desk.proposal ? <Named proposal={desk.proposal} /> : null}
    </>
  );
}

/** Whom the version will name; who never joined is told apart, for Word may have been signed in as somebody else. */
function Named({ proposal }: { proposal: Proposal }) {
  const strangers = proposal.editors.filter(({ participant }) => !participant).map(({ name }) => name);
  return (
    <div className={styles.quiet}>
      <p>The version names {namesInWords(proposal.editors.map(({ name }) => name))}.</p>
      {strangers.length > 0 ? (
        <p>
          {namesInWords(strangers)} had not joined: Word was signed in under that name. A document controller is told.
        </p>
      ) : null}
      {proposal.note ? <p>{proposal.note}</p> : null}
    </div>
  );
}

function reviewLabel(document: DocumentDetail, nextVersion: string): string {
  const names = document.people.reviewers.map((person) => person.name);
  const by = names.length > 0 ? ` by ${namesInWords(names)}` : '';
  return `Send to review${by} (${nextVersion} → ${document.nextPublishedVersion} when published)`;
}

/** Takes over the focus: the field that had it is gone with what it asked for. */
function UnchangedActions({ busy, onClose, onEnd }: { busy: boolean; onClose: () => void; onEnd: () => void }) {
  const keep = useRef<HTMLButtonElement>(null);
  useFocusAfterOpening(keep);
  return (
    <>
      <Button ref={keep} onClick={onClose}>
        Keep editing
      </Button>
      <Button appearance="primary" disabledFocusable={busy} onClick={onEnd}>
        Close without a version
      </Button>
    </>
  );
}

interface ActionsProps {
  desk: CheckInDesk;
  nextVersion: string;
  summary: RefObject<HTMLTextAreaElement | null>;
  onClose: () => void;
}

function CheckInActions({ desk, nextVersion, summary, onClose }: ActionsProps) {
  const { line, busy } = desk;
  if (line.icon === 'unchanged' || desk.answer?.result === 'nothing-changed') {
    return <UnchangedActions busy={busy} onClose={onClose} onEnd={desk.closeWithoutVersion} />;
  }
  const over = desk.answer?.result === 'needs-a-decision';
  if (over) return <Button onClick={onClose}>Close</Button>;
  const submit = () => {
    if (desk.summary.trim() === '') summary.current?.focus();
    desk.submit();
  };
  return (
    <>
      {desk.hint ? <span className={styles.hint}>{desk.hint}</span> : null}
      <Button appearance={desk.mayKeepWaiting ? 'subtle' : 'secondary'} onClick={onClose}>
        Cancel
      </Button>
      {desk.mayKeepWaiting ? <Button onClick={desk.keepWaiting}>Keep waiting</Button> : null}
      <Button
        appearance="primary"
        disabledFocusable={!desk.mayCheckIn || busy}
        icon={busy ? <Spinner size="extra-tiny" aria-label="Checking in" /> : undefined}
        onClick={submit}
      >
        {checkInLabel(nextVersion, line, desk.next === 'go-on')}
      </Button>
    </>
  );
}
