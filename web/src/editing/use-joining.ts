import { editSession, fill, type Joined, joined, routes } from '@megdocs/contract';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { getJson, send } from '../ui/api.ts';
import { leadsToWord } from './opening-steps.ts';

const AGAIN_MS = 3_000;

/** Joins the session of this tab, once, and asks again while Microsoft lets the person wait. */
export function useJoining(sessionId: string) {
  const session = useQuery({
    queryKey: ['joining', sessionId],
    queryFn: () => getJson(fill(routes.editSession, { id: sessionId }), editSession),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [answer, setAnswer] = useState<Joined | null>(null);
  const [error, setError] = useState<unknown>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const join = useCallback(async () => {
    setError(undefined);
    try {
      const said = await send('POST', fill(routes.editSessionJoin, { id: sessionId }), {}, joined);
      setAnswer(said);
      if (said.state === 'joining') timer.current = setTimeout(() => void join(), AGAIN_MS);
    } catch (failure) {
      setError(failure);
    }
  }, [sessionId]);
  const begun = useRef(false);
  useEffect(() => {
    // The page is drawn twice in development; the click was one.
    if (!begun.current) void join();
    begun.current = true;
  }, [join]);
  return { session: session.data, answer, error, webUrl: leadsToWord(answer?.webUrl), again: () => void join() };
}
