import { Button, Link } from '@fluentui/react-components';
import { Open16Regular } from '@fluentui/react-icons';
import { type BeingEdited, type EditSession, fill, pages, type Together } from '@megdocs/contract';
import { lazy, type ReactNode, type RefObject, Suspense, useState } from 'react';
import { ConnectForm } from '../accounts/connect-form.tsx';
import { countInWords, namesInWords } from '../documents/words.ts';
import { LiveDot, Signal } from '../ui/status.tsx';
import { Ago, Since } from '../ui/time.tsx';
import styles from './band.module.css';
import type { ContinueWish } from './continue-dialog.tsx';
import { DesktopButton } from './desktop-button.tsx';
import { leadsToWord } from './opening-steps.ts';
import { RetryButton } from './retry-button.tsx';
import { mayBeHelped } from './session-words.ts';
import { TogetherActions } from './together-actions.tsx';
import { TogetherLines } from './together-lines.tsx';
import { useTogether } from './together-queries.ts';

const ContinueDialog = lazy(async () => ({ default: (await import('./continue-dialog.tsx')).ContinueDialog }));
const CheckpointsDialog = lazy(async () => ({ default: (await import('./checkpoints-dialog.tsx')).CheckpointsDialog }));

interface Props {
  documentId: string;
  beingEdited: BeingEdited;
  /** The session as this person may see it; not there yet while it loads. */
  session: EditSession | undefined;
  /** When this page last heard from the server; null while it does. */
  pageNotLiveSince: string | null;
  checkInButton: RefObject<HTMLButtonElement | null>;
  /** This person's own connection is what the copy waits for. */
  reconnect: boolean;
  onCheckIn: () => void;
  onDiscard: () => void;
  onDecide: () => void;
  onChanged: () => void;
}

/** Under the head while a document is edited in Microsoft 365: who, since when, what is safe, and what to do. */
export function BeingEditedBand(props: Props) {
  const { beingEdited, session, pageNotLiveSince } = props;
  const live = !pageNotLiveSince && !session?.notLiveSince;
  const together = useTogether(props.documentId, session?.id).data;
  // With the session as it was: once it goes on elsewhere, this band is about another one.
  const [going, setGoing] = useState<ContinueWish | null>(null);
  return (
    <section className={styles.band} aria-label="Editing in Microsoft 365">
      {beingEdited.state === 'needs-a-decision' ? <Signal kind="wait" /> : <LiveDot live={live} />}
      <div className={styles.words}>
        <div>
          <strong>{whatGoesOn(beingEdited)}</strong> by {namesInWords(beingEdited.by.map((person) => person.name))}{' '}
          since <Since at={beingEdited.since} skipFocus />
        </div>
        <Safe {...props} />
        {together ? <TogetherLines together={together} app={beingEdited.app} /> : null}
        {session?.decision ? <div>{session.decision}</div> : null}
        {session?.problem ? <div className={styles.wait}>{session.problem}</div> : null}
      </div>
      {session ? <Actions {...props} session={session} together={together} onContinue={setGoing} /> : null}
      {going ? (
        <Suspense fallback={null}>
          <ContinueDialog {...going} app={beingEdited.app} onDone={props.onChanged} onClose={() => setGoing(null)} />
        </Suspense>
      ) : null}
    </section>
  );
}

function whatGoesOn({ state, app }: BeingEdited): string {
  if (state === 'starting') return `Being opened in ${app}`;
  if (state === 'checking-in') return 'Being checked in';
  if (state === 'needs-a-decision') return 'Needs a decision: edited';
  return `Being edited in ${app}`;
}

/** Line 2: what is safe, or since when nobody can say. */
function Safe({ beingEdited, session, pageNotLiveSince }: Props) {
  const [looking, setLooking] = useState(false);
  const newest = session?.checkpoints[0];
  const parts: ReactNode[] = [];
  if (pageNotLiveSince) {
    parts.push(
      <>
        Not live since <Since at={pageNotLiveSince} skipFocus />, trying again
      </>,
    );
  } else if (session?.notLiveSince) {
    parts.push(
      <>
        MEGDocs can’t see what is saved in {beingEdited.app} since <Since at={session.notLiveSince} skipFocus />
      </>,
    );
  }
  if (session?.notKeptSince) {
    parts.push(
      <>
        Saved in {beingEdited.app} and not yet kept in MEGDocs since <Since at={session.notKeptSince} skipFocus />
      </>,
    );
  }
  const savedAt = session?.lastSavedAt ?? beingEdited.lastSavedAt;
  const savedBy = session?.lastSavedBy ?? beingEdited.lastSavedBy;
  parts.push(
    savedAt ? (
      <>
        Last saved in Microsoft 365 <Ago at={savedAt} skipFocus />
        {savedBy ? ` by ${namesInWords([savedBy])}` : ''}
      </>
    ) : (
      'Nothing saved in Microsoft 365 yet'
    ),
  );
  if (session && newest) {
    parts.push(
      <>
        <Link inline as="button" onClick={() => setLooking(true)}>
          {countInWords(session.checkpoints.length, 'checkpoint')}
        </Link>
        , newest <Ago at={newest.madeAt} skipFocus />
      </>,
    );
  }
  return (
    <div className={styles.safe}>
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts have a fixed order and no state
        <span key={index} className={styles.part}>
          {part}
        </span>
      ))}
      {session && looking ? (
        <Suspense fallback={null}>
          <CheckpointsDialog session={session} onClose={() => setLooking(false)} />
        </Suspense>
      ) : null}
    </div>
  );
}

function Actions({
  documentId,
  beingEdited,
  session,
  checkInButton,
  reconnect,
  onCheckIn,
  onDiscard,
  onDecide,
  onChanged,
  together,
  onContinue,
}: Props & { session: EditSession; together: Together | undefined; onContinue: (wish: ContinueWish) => void }) {
  const { may } = session;
  const openAt = leadsToWord(session.webUrl) ?? fill(pages.openDocument, { id: documentId });
  return (
    <div className={styles.actions}>
      {reconnect ? <ConnectForm label="Reconnect" returnTo={fill(pages.document, { id: documentId })} /> : null}
      {mayBeHelped(session) && !reconnect ? <RetryButton sessionId={session.id} onDone={onChanged} /> : null}
      {may.open ? (
        <Button as="a" href={openAt} target="_blank" rel="noopener" icon={<Open16Regular />}>
          Open in {beingEdited.app}
        </Button>
      ) : null}
      <DesktopButton session={session} app={beingEdited.app} />
      {may.checkIn ? (
        <Button ref={checkInButton} appearance={reconnect ? 'secondary' : 'primary'} onClick={onCheckIn}>
          Check in…
        </Button>
      ) : null}
      {may.decide ? (
        <Button appearance={may.checkIn ? 'secondary' : 'primary'} onClick={onDecide}>
          Decide…
        </Button>
      ) : null}
      {together ? <TogetherActions {...{ session, together, onContinue }} app={beingEdited.app} /> : null}
      {may.discard && !may.decide ? (
        <Button appearance="subtle" onClick={onDiscard}>
          Discard…
        </Button>
      ) : null}
    </div>
  );
}
