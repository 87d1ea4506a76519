import { type EditSession, pages } from '@megdocs/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { countInWords } from '../documents/words.ts';
import { Busy } from '../ui/busy.tsx';
import { Empty } from '../ui/empty.tsx';
import { FailureBox } from '../ui/failure.tsx';
import { Frame, PageHead } from '../ui/frame.tsx';
import { useWidth } from '../ui/layout.ts';
import { isController, useMe } from '../ui/me.ts';
import { DecisionDialog } from './decision-dialog.tsx';
import { useSessions } from './queries.ts';
import { SessionCards } from './session-cards.tsx';
import { SessionTable } from './session-table.tsx';
import { isOpen } from './session-words.ts';

export default function EditingNowPage() {
  const controller = isController(useMe());
  return (
    <Frame title="Editing now" breadcrumb={[{ label: 'Editing now' }]}>
      {controller ? <EditingNow /> : <ForControllers />}
    </Frame>
  );
}

function ForControllers() {
  return (
    <>
      <PageHead title="Editing now" />
      <Empty sentence="This page is for document controllers. What you have open yourself stands in My work.">
        <Link to={pages.myWork}>Go to my work</Link>
      </Empty>
    </>
  );
}

/** All open edit sessions, for document controllers: oldest first. */
function EditingNow() {
  const query = useSessions('all');
  const client = useQueryClient();
  const phone = useWidth() === 'phone';
  const [deciding, setDeciding] = useState<EditSession | null>(null);
  // Closed sessions whose copy is still watched belong to their starter's work.
  const sessions = (query.data?.sessions ?? []).filter(isOpen).sort((a, b) => a.startedAt.localeCompare(b.startedAt));
  const List = phone ? SessionCards : SessionTable;
  return (
    <>
      <PageHead
        title="Editing now"
        lead={
          sessions.length > 0
            ? `${countInWords(sessions.length, 'document is', 'documents are')} open in Microsoft 365. Oldest first. Updates by itself.`
            : undefined
        }
      />
      {query.error ? <FailureBox error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.isPending ? <Busy sentence="Fetching what is being edited…" /> : null}
      {query.data && sessions.length === 0 ? (
        <Empty sentence="Nobody edits a document in Microsoft 365 now. Whoever does stands here, with what is not checked in yet." />
      ) : null}
      {sessions.length > 0 ? <List sessions={sessions} onDecide={setDeciding} /> : null}
      {deciding ? (
        <DecisionDialog
          session={deciding}
          onDone={() => void client.invalidateQueries({ queryKey: ['sessions'] })}
          onClose={() => setDeciding(null)}
        />
      ) : null}
    </>
  );
}
