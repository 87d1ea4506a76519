import { Button } from '@fluentui/react-components';
import { Open16Regular } from '@fluentui/react-icons';
import { type DocumentDetail, type EditSession, fill, pages } from '@megdocs/contract';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useApprovals } from '../documents/approvals.ts';
import { namesInWords } from '../documents/words.ts';
import { Busy } from '../ui/busy.tsx';
import { Empty } from '../ui/empty.tsx';
import { FailureBox } from '../ui/failure.tsx';
import { Frame, PageHead } from '../ui/frame.tsx';
import { Signal, Status } from '../ui/status.tsx';
import { Ago, Since, useNow } from '../ui/time.tsx';
import { leadsToWord } from './opening-steps.ts';
import { useSessions } from './queries.ts';
import { asksToLook, detailInWords } from './receipt-words.ts';
import { RetryButton } from './retry-button.tsx';
import { isCleaningUp, isOpen, mayBeHelped } from './session-words.ts';
import styles from './sessions.module.css';

/** What waits for me: late saves, what I have open in Microsoft 365, and copies that are being cleaned up. */
export default function MyWorkPage() {
  const query = useSessions('mine');
  const sessions = query.data?.sessions ?? [];
  const late = sessions.flatMap((session) =>
    session.receipt.flatMap((step) =>
      step.followUpDraftId && asksToLook(step) ? [{ session, step, draftId: step.followUpDraftId }] : [],
    ),
  );
  const open = sessions.filter(isOpen);
  const cleaning = sessions.filter(isCleaningUp);
  const approvals = useApprovals();
  const toApprove = approvals.data ?? [];
  const nothing = query.data && approvals.data && late.length + open.length + cleaning.length + toApprove.length === 0;
  return (
    <Frame title="My work" breadcrumb={[{ label: 'My work' }]}>
      <PageHead title="My work" lead="What you have open in Microsoft 365 and what waits for you. Updates by itself." />
      {query.error ? <FailureBox error={query.error} onRetry={() => void query.refetch()} /> : null}
      {approvals.error ? <FailureBox error={approvals.error} onRetry={() => void approvals.refetch()} /> : null}
      {query.isPending ? <Busy sentence="Fetching your work…" /> : null}
      {nothing ? (
        <Empty sentence="Documents that wait for your approval stand here, and those that you edit in Microsoft 365, until they are checked in and their copies are gone.">
          <Link to={pages.documents}>Find a document</Link>
        </Empty>
      ) : null}
      <Section title="Saved late, to be looked at" when={late.length > 0}>
        {late.map(({ session, step, draftId }) => (
          <Item
            key={draftId}
            document={session.document}
            words={`${step.title}: ${step.detail}`}
            at={step.at}
            attention
          >
            <Link to={fill(pages.followUpDraft, { id: draftId })}>Look at it</Link>
          </Item>
        ))}
      </Section>
      <Section title="Waits for your approval" when={toApprove.length > 0}>
        {toApprove.map((document) => (
          <ApprovalItem key={document.id} document={document} />
        ))}
      </Section>
      <Section title="Open in Microsoft 365" when={open.length > 0}>
        {open.map((session) => (
          <OpenItem key={session.id} session={session} />
        ))}
      </Section>
      <Section title="Being cleaned up" when={cleaning.length > 0}>
        {cleaning.map((session) => (
          <CleaningItem key={session.id} session={session} />
        ))}
      </Section>
    </Frame>
  );
}

function Section({ title, when, children }: { title: string; when: boolean; children: ReactNode }) {
  if (!when) return null;
  return (
    <section className={styles.section}>
      <h2>{title}</h2>
      <ul>{children}</ul>
    </section>
  );
}

function ApprovalItem({ document }: { document: DocumentDetail }) {
  const address = fill(pages.document, { id: document.id });
  return (
    <Item
      document={document}
      words={
        <>
          <Status state={document.state}> {document.version}</Status>, owner {namesInWords([document.owner.name])}.
          Becomes {document.nextPublishedVersion} when published.
        </>
      }
      at={null}
    >
      <Link to={address} aria-label={`Read and decide about ${document.number}`}>
        Read and decide
      </Link>
    </Item>
  );
}

function OpenItem({ session }: { session: EditSession }) {
  const webUrl = leadsToWord(session.webUrl);
  const saved = session.lastSavedAt ? (
    <>
      , last saved <Ago at={session.lastSavedAt} />
    </>
  ) : null;
  return (
    <Item
      document={session.document}
      words={
        session.decision ??
        session.problem ?? (
          <>
            Since <Since at={session.startedAt} />
            {saved}. Becomes {session.nextVersion}.
          </>
        )
      }
      at={null}
      attention={session.decision !== null || session.problem !== null}
    >
      <Retry session={session} />
      {session.may.open && webUrl ? (
        <Button as="a" href={webUrl} target="_blank" rel="noopener" icon={<Open16Regular />}>
          Open in Word
        </Button>
      ) : null}
    </Item>
  );
}

function CleaningItem({ session }: { session: EditSession }) {
  const now = useNow();
  const step =
    session.receipt.find((each) => each.kind === 'copy') ?? session.receipt.find((each) => each.state !== 'done');
  return (
    <Item
      document={session.document}
      words={step ? `${step.title} ${detailInWords(step, now)}` : ''}
      at={null}
      attention={step?.state === 'failed'}
    >
      <Retry session={session} />
    </Item>
  );
}

function Retry({ session }: { session: EditSession }) {
  const client = useQueryClient();
  if (!mayBeHelped(session)) return null;
  return (
    <RetryButton sessionId={session.id} onDone={() => void client.invalidateQueries({ queryKey: ['sessions'] })} />
  );
}

interface ItemProps {
  document: Pick<DocumentDetail, 'id' | 'number' | 'title'>;
  words: ReactNode;
  at: string | null;
  attention?: boolean;
  children: ReactNode;
}

function Item({ document, words, at, attention, children }: ItemProps) {
  return (
    <li className={styles.item}>
      <div className={styles.words}>
        <Link to={fill(pages.document, { id: document.id })} className={styles.title}>
          {document.number} {document.title}
        </Link>
        <div className={styles.quiet}>
          {attention ? (
            <>
              <Signal kind="wait" />{' '}
            </>
          ) : null}
          {words}
          {at ? (
            <>
              {' '}
              <Ago at={at} />
            </>
          ) : null}
        </div>
      </div>
      <div className={styles.actions}>{children}</div>
    </li>
  );
}
