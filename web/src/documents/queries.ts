import {
  activity,
  documentAccess,
  documentDetail,
  documentList,
  fill,
  folders,
  people,
  routes,
  versions,
} from '@megdocs/contract';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getJson } from '../ui/api.ts';
import { unlessLive } from '../ui/live.ts';
import { addressOfView, type RegisterView } from './register-view.ts';

const LIVE_MS = 3_000;
const REGISTER_MS = 15_000;

/** Keys of what is kept in the browser; everything about one document lies under its id. */
export const keys = {
  folders: ['folders'] as const,
  register: ['register'] as const,
  people: ['people'] as const,
  document: (id: string) => ['document', id] as const,
  documentPart: (id: string, part: 'detail' | 'versions' | 'activity' | 'access' | 'sessions' | 'follow-up-drafts') =>
    ['document', id, part] as const,
};

export function useFolders() {
  return useQuery({ queryKey: keys.folders, queryFn: () => getJson(routes.folders, folders) });
}

/** The register page by page; the marks of who edits stay fresh while the tab is seen. */
export function useRegister(view: RegisterView) {
  const address = addressOfView(view);
  // The server's own default order is the same, but an address says it only where it differs.
  address.set('sort', view.sort);
  address.set('order', view.order);
  return useInfiniteQuery({
    queryKey: [...keys.register, address.toString()],
    queryFn: ({ pageParam }) => {
      const search = new URLSearchParams(address);
      if (pageParam) search.set('cursor', pageParam);
      return getJson(`${routes.documents}?${search}`, documentList);
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: (previous) => previous,
    refetchInterval: unlessLive(REGISTER_MS),
  });
}

/** One document, live: by the stream of news, or asked again every three seconds while the tab is seen. */
export function useDocument(id: string) {
  return useQuery({
    queryKey: keys.documentPart(id, 'detail'),
    queryFn: () => getJson(fill(routes.document, { id }), documentDetail),
    refetchInterval: unlessLive(LIVE_MS),
    retry: false,
  });
}

export function useVersions(id: string) {
  return useQuery({
    queryKey: keys.documentPart(id, 'versions'),
    queryFn: () => getJson(fill(routes.documentVersions, { id }), versions),
  });
}

export function useActivity(id: string) {
  return useQuery({
    queryKey: keys.documentPart(id, 'activity'),
    queryFn: () => getJson(fill(routes.documentActivity, { id }), activity),
  });
}

export function useAccess(id: string) {
  return useQuery({
    queryKey: keys.documentPart(id, 'access'),
    queryFn: () => getJson(fill(routes.documentAccess, { id }), documentAccess),
  });
}

export function usePeople(enabled: boolean) {
  return useQuery({ queryKey: keys.people, queryFn: () => getJson(routes.people, people), enabled });
}
