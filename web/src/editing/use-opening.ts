import { documentDetail, type EditSession, fill, routes, type StartedEditing, startedEditing } from '@megdocs/contract';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { getJson, send } from '../ui/api.ts';
import { newKey } from './new-key.ts';
import { sentOf, useOpeningProgress } from './opening-progress.ts';
import { leadsToWord } from './opening-steps.ts';
import { useSession } from './queries.ts';
import { forgetStartKey, startKey } from './start-key.ts';

type Start = { kind: 'asking' } | { kind: 'started'; answer: StartedEditing } | { kind: 'failed'; error: unknown };

const CLOSED: readonly EditSession['state'][] = ['not-started', 'ended', 'discarded', 'abandoned', 'taken-over'];

/** Starts the edit session of this tab, once, and waits until Word's address is known. */
export function useOpening(documentId: string) {
  const document = useQuery({
    queryKey: ['opening', documentId],
    queryFn: () => getJson(fill(routes.document, { id: documentId }), documentDetail),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [start, setStart] = useState<Start>({ kind: 'asking' });
  const begin = useCallback(async () => {
    setStart({ kind: 'asking' });
    try {
      const idempotencyKey = startKey(sessionStorage, documentId, newKey);
      const route = fill(routes.documentEditSessions, { id: documentId });
      setStart({ kind: 'started', answer: await send('POST', route, { idempotencyKey }, startedEditing) });
    } catch (error) {
      setStart({ kind: 'failed', error });
    }
  }, [documentId]);
  const begun = useRef(false);
  useEffect(() => {
    // The page is drawn twice in development; the click was one.
    if (!begun.current) void begin();
    begun.current = true;
  }, [begin]);

  const answer = start.kind === 'started' ? start.answer : null;
  const waits = answer !== null && answer.webUrl === null;
  const session = useSession(waits ? answer.sessionId : null).data;
  const progress = useOpeningProgress(waits ? answer.sessionId : null);
  const ended = session !== undefined && CLOSED.includes(session.state);
  return {
    document: document.data,
    answer,
    webUrl: leadsToWord(answer?.webUrl ?? progress?.webUrl ?? session?.webUrl),
    problem: progress?.problem ?? session?.problem ?? answer?.problem ?? null,
    /** How much of a large file has arrived. */
    sent: sentOf(progress),
    /** To be read before Word opens. */
    note: answer?.note ?? progress?.note ?? null,
    ended,
    error: start.kind === 'failed' ? start.error : undefined,
    /** A try of its own: the session that the old key names is over, or never was. */
    startAgain: () => {
      forgetStartKey(sessionStorage, documentId);
      void begin();
    },
  };
}
