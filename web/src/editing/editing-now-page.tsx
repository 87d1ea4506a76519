import { type EditSession, pages } from '@megdocs/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { countInWords } from '../documents/words.ts';
import { Busy } from '../ui/busy.tsx';
import { Empty } from '../ui/empty.tsx';
import { FailureBox } from '../ui/failure.tsx';
import { Frame, PageHead } from '../ui/frame.tsx';
import { useWidth } from '../ui/layout.ts';
import { isController, useMe } from '../ui/me.ts';
import { useNow } from '../ui/time.tsx';
import { DecisionDialog } from './decision-dialog.tsx';
import { useSessions } from './queries.ts';
import { SessionCards } from './session-cards.tsx';
import { filterSessions, isShownName, type SessionFilter } from './session-filter.ts';
import { SessionFilters } from './session-filters.tsx';
import { SessionOrders } from './session-orders.tsx';
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

/** All open edit sessions, for document controllers: oldest first; several at once are reminded, recovered, discarded. */
function EditingNow() {
  const query = useSessions('all');
  const client = useQueryClient();
  const now = useNow();
  const phone = useWidth() === 'phone';
  const [deciding, setDeciding] = useState<EditSession | null>(null);
  const { filter, changeFilter } = useSessionFilter();
  const { ticked, tick, untickAll } = useTicks();
  // Closed sessions whose copy is still watched belong to their starter's work.
  const open = (query.data?.sessions ?? []).filter(isOpen).sort((a, b) => a.startedAt.localeCompare(b.startedAt));
  const sessions = filterSessions(open, filter, now);
  const changed = () => void client.invalidateQueries({ queryKey: ['sessions'] });
  const List = phone ? SessionCards : SessionTable;
  return (
    <>
      <PageHead
        title="Editing now"
        lead={
          open.length > 0
            ? `${countInWords(open.length, 'document is', 'documents are')} open in Microsoft 365. Oldest first. Updates by itself.`
            : undefined
        }
      />
      {query.error ? <FailureBox error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.isPending ? <Busy sentence="Fetching what is being edited…" /> : null}
      {query.data && open.length === 0 ? (
        <Empty sentence="Nobody edits a document in Microsoft 365 now. Whoever does stands here, with what is not checked in yet." />
      ) : null}
      {open.length > 0 ? <SessionFilters filter={filter} onChange={changeFilter} /> : null}
      {open.length > 0 && sessions.length === 0 ? <Empty sentence="None of them is like that." /> : null}
      {/* What is not shown is not acted upon. */}
      <SessionOrders
        chosen={sessions.filter(({ id }) => ticked.has(id))}
        onClear={untickAll}
        onDone={() => {
          untickAll();
          changed();
        }}
      />
      {sessions.length > 0 ? <List sessions={sessions} onDecide={setDeciding} chosen={ticked} onChoose={tick} /> : null}
      {deciding ? <DecisionDialog session={deciding} onDone={changed} onClose={() => setDeciding(null)} /> : null}
    </>
  );
}

/** The address bar holds the view. */
function useSessionFilter(): {
  filter: SessionFilter;
  changeFilter: (change: Partial<Record<'show' | 'q', string>>) => void;
} {
  const [address, setAddress] = useSearchParams();
  const show = address.get('show');
  return {
    filter: { shown: isShownName(show) ? show : 'all', words: address.get('q') ?? '' },
    changeFilter: (change) =>
      setAddress(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries(change)) {
            if (value === '' || value === 'all') after.delete(name);
            else after.set(name, value);
          }
          return after;
        },
        { replace: true },
      ),
  };
}

function useTicks() {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  return {
    ticked,
    tick: (ids: readonly string[], chosen: boolean) =>
      setTicked((before) => {
        const after = new Set(before);
        for (const id of ids) {
          if (chosen) after.add(id);
          else after.delete(id);
        }
        return after;
      }),
    untickAll: () => setTicked(new Set()),
  };
}
