import { editSession, editSessions, fill, followUpDraft, followUpDrafts, routes, settling } from '@megdocs/contract';
import { useQuery } from '@tanstack/react-query';
import { keys } from '../documents/queries.ts';
import { getJson, send } from '../ui/api.ts';
import { unlessLive } from '../ui/live.ts';

const LIVE_MS = 3_000;

/** The open edit session of a document and the last closed ones, newest first. */
export function useDocumentSessions(documentId: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.documentPart(documentId, 'sessions'),
    queryFn: () => getJson(fill(routes.documentEditSessions, { id: documentId }), editSessions),
    enabled,
    refetchInterval: unlessLive(LIVE_MS),
  });
}

export function useSessions(scope: 'mine' | 'all' | 'decisions') {
  return useQuery({
    queryKey: ['sessions', scope],
    queryFn: () => getJson(`${routes.editSessions}?scope=${scope}`, editSessions),
    refetchInterval: unlessLive(LIVE_MS),
  });
}

export function useSession(id: string | null) {
  return useQuery({
    queryKey: ['session', id],
    queryFn: () => getJson(fill(routes.editSession, { id: id ?? '' }), editSession),
    enabled: id !== null,
    refetchInterval: LIVE_MS,
    // The opening page waits in a tab that may lie behind another one.
    refetchIntervalInBackground: true,
  });
}

/** Asks Microsoft what is saved, every three seconds while the check-in dialog stands open. */
export function useSettling(sessionId: string) {
  return useQuery({
    queryKey: ['settling', sessionId],
    queryFn: () => send('POST', fill(routes.editSessionSettling, { id: sessionId }), {}, settling),
    refetchInterval: LIVE_MS,
    gcTime: 0,
  });
}

export function useDocumentFollowUpDrafts(documentId: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.documentPart(documentId, 'follow-up-drafts'),
    queryFn: () => getJson(fill(routes.documentFollowUpDrafts, { id: documentId }), followUpDrafts),
    enabled,
  });
}

export function useFollowUpDraft(id: string) {
  return useQuery({
    queryKey: ['follow-up-draft', id],
    queryFn: () => getJson(fill(routes.followUpDraft, { id }), followUpDraft),
    retry: false,
  });
}
