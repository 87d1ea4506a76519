import { fill, routes, successors, together } from '@megdocs/contract';
import { useQuery } from '@tanstack/react-query';
import { keys } from '../documents/queries.ts';
import { getJson } from '../ui/api.ts';
import { unlessLive } from '../ui/live.ts';

const LIVE_MS = 3_000;

/** The people in an edit session, and what I may do there; lies under its document, and is fresh when that is. */
export function useTogether(documentId: string, sessionId: string | undefined) {
  return useQuery({
    queryKey: [...keys.document(documentId), 'together', sessionId],
    queryFn: () => getJson(fill(routes.editSessionTogether, { id: sessionId ?? '' }), together),
    enabled: sessionId !== undefined,
    refetchInterval: unlessLive(LIVE_MS),
  });
}

/** Who could go on with a session; with a search, everybody of that name who may edit the document. */
export function useSuccessors(sessionId: string, search: string) {
  return useQuery({
    queryKey: ['successors', sessionId, search],
    queryFn: () => {
      const query = new URLSearchParams({ search });
      return getJson(`${fill(routes.editSessionSuccessors, { id: sessionId })}?${query}`, successors);
    },
    placeholderData: (previous) => previous,
    gcTime: 0,
  });
}
