import { type DocumentDetail, documentDetail, documentList, fill, routes } from '@megdocs/contract';
import { useQuery } from '@tanstack/react-query';
import { getJson } from '../ui/api.ts';
import { keys } from './queries.ts';

const REFRESH_MS = 30_000;
const AT_MOST = 20;

/** The documents in review that this person may publish now: the register says what is in review, each document the rest. */
export function useApprovals() {
  return useQuery({ queryKey: [...keys.register, 'approvals'], queryFn: fetchApprovals, refetchInterval: REFRESH_MS });
}

async function fetchApprovals(): Promise<DocumentDetail[]> {
  const lists = await Promise.all(
    ['in-review', 'revision-in-review'].map((state) =>
      getJson(`${routes.documents}?state=${state}&limit=${AT_MOST}`, documentList),
    ),
  );
  const details = await Promise.all(
    lists.flatMap((list) => list.documents).map(({ id }) => getJson(fill(routes.document, { id }), documentDetail)),
  );
  return details.filter(mayPublish);
}

const mayPublish = (document: DocumentDetail): boolean =>
  document.transitions.some((entry) => entry.transition === 'publish' && entry.blockedBecause === null);
