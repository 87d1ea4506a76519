import {
  type CheckedIn,
  checkedIn,
  type EditSession,
  fill,
  type Proposal,
  routes,
  type Settling,
} from '@megdocs/contract';
import { useCallback, useEffect, useRef, useState } from 'react';
import { announce } from '../ui/announce.tsx';
import { ApiFailure, send } from '../ui/api.ts';
import { useNow } from '../ui/time.tsx';
import { newKey } from './new-key.ts';
import { useSettling } from './queries.ts';
import { type SettlingLine, settlingLine, whyNotYet } from './settling-words.ts';
import { useProposal } from './use-check-in-proposal.ts';
import { useKeptText } from './use-kept-text.ts';

const ASK_AGAIN_MS = 3_000;

/** What the check-in dialog shows and does. */
export interface CheckInDesk {
  settling: Settling | undefined;
  line: SettlingLine;
  summary: string;
  setSummary: (text: string) => void;
  summaryMissing: boolean;
  /** What happens after it: nothing, the review, or that editing goes on. */
  next: AfterCheckIn;
  setNext: (next: AfterCheckIn) => void;
  proposal: Proposal | undefined;
  mayCheckIn: boolean;
  hint: string | null;
  busy: boolean;
  /** The server has written the order down and goes on with it by itself. */
  ordered: boolean;
  answer: CheckedIn | null;
  failure: unknown;
  mayKeepWaiting: boolean;
  keepWaiting: () => void;
  submit: () => void;
  closeWithoutVersion: () => void;
}

export type AfterCheckIn = 'draft' | 'review' | 'go-on';

type Sending =
  | { kind: 'idle' | 'sending' | 'queuing' | 'ordered' }
  | { kind: 'answered'; answer: CheckedIn }
  | { kind: 'failed'; error: unknown };

export function useCheckIn(
  session: EditSession,
  onDone: (answer: CheckedIn) => void,
  onEnded: () => void,
  onSaved: (answer: CheckedIn) => void,
): CheckInDesk {
  const { line, settling } = useSettlingLine(session.id);
  const [summary, setSummary, forgetSummary] = useKeptText(`summary:${session.id}`);
  const [asked, setAsked] = useState(false);
  const [next, setNext] = useState<AfterCheckIn>('draft');
  const [sendToReview, goOn] = [next === 'review', next === 'go-on'];
  const proposal = useProposal(session.id, settling);
  const [waitsForOther, setWaitsForOther] = useState(false);
  const [sending, setSending] = useState<Sending>({ kind: 'idle' });
  const key = useRef(newKey());
  const other = settling?.settled && settling.changed && settling.recentOther !== null;
  const mayCheckIn = line.mayCheckIn && !(waitsForOther && other);
  const offered = useRef(false);
  useEffect(() => {
    // Offered once, and never over somebody's own words.
    if (offered.current || !proposal?.summary) return;
    offered.current = true;
    if (summary === '') setSummary(proposal.summary);
  }, [proposal, summary, setSummary]);
  const anyway = settling?.mayCheckInAnyway === true && !settling.settled;

  const order = useCallback(async () => {
    setSending((before) => (before.kind === 'ordered' || before.kind === 'queuing' ? before : { kind: 'sending' }));
    try {
      const body = { idempotencyKey: key.current, summary: summary.trim(), sendToReview, anyway, goOn };
      const answer = await send('POST', fill(routes.editSessionCheckIn, { id: session.id }), body, checkedIn);
      if (answer.result === 'waiting') return setSending({ kind: 'ordered' });
      if (answer.result === 'version') {
        forgetSummary();
        return goOn ? onSaved(answer) : onDone(answer);
      }
      // The order came to an end without a version: another try is another order.
      key.current = newKey();
      setSending({ kind: 'answered', answer });
    } catch (error) {
      // The server is just fetching the document, so the order is not written down yet: the dialog gives it again.
      if (error instanceof ApiFailure && error.code === 'connection_busy') return setSending({ kind: 'queuing' });
      // An answer that was lost may have made the version: the same key asks for the same order.
      if (!(error instanceof ApiFailure && error.isWorthRetrying)) key.current = newKey();
      setSending({ kind: 'failed', error });
    }
  }, [session.id, summary, sendToReview, anyway, goOn, forgetSummary, onDone, onSaved]);

  useEffect(() => {
    if (sending.kind !== 'ordered' && sending.kind !== 'queuing') return;
    const timer = window.setTimeout(() => void order(), ASK_AGAIN_MS);
    return () => window.clearTimeout(timer);
  }, [sending, order]);

  const closeWithoutVersion = useCallback(async () => {
    setSending({ kind: 'sending' });
    try {
      await send('POST', fill(routes.editSessionClose, { id: session.id }));
      forgetSummary();
      onEnded();
    } catch (error) {
      setSending({ kind: 'failed', error });
    }
  }, [session.id, forgetSummary, onEnded]);

  return {
    settling,
    line,
    summary,
    setSummary,
    summaryMissing: asked && summary.trim() === '',
    next,
    setNext,
    proposal,
    mayCheckIn,
    hint:
      waitsForOther && other ? 'You can check in when nobody else has saved for ten minutes' : whyNotYet(line, summary),
    busy: sending.kind === 'sending' || sending.kind === 'queuing' || sending.kind === 'ordered',
    ordered: sending.kind === 'ordered',
    answer: sending.kind === 'answered' ? sending.answer : null,
    failure: sending.kind === 'failed' ? sending.error : undefined,
    mayKeepWaiting: other === true && !waitsForOther,
    keepWaiting: () => setWaitsForOther(true),
    submit: () => {
      setAsked(true);
      if (mayCheckIn && summary.trim() !== '' && sending.kind !== 'sending' && sending.kind !== 'queuing') void order();
    },
    closeWithoutVersion: () => void closeWithoutVersion(),
  };
}

/** Line 1, kept fresh; what happens is said once, the ticking is not. */
function useSettlingLine(sessionId: string): { settling: Settling | undefined; line: SettlingLine } {
  const query = useSettling(sessionId);
  const now = useNow();
  const line = settlingLine(query.data, Math.max(0, (now.getTime() - query.dataUpdatedAt) / 1000));
  useEffect(() => {
    if (line.icon !== 'waiting') announce(line.title);
  }, [line.icon, line.title]);
  return { settling: query.data, line };
}
