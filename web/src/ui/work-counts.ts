import { pages, routes, workCounts } from '@megdocs/contract';
import { useQuery } from '@tanstack/react-query';
import { getJson } from './api.ts';

const EVERY_MS = 30_000;

/** How much stands behind an entry of the menu; undefined where nothing is counted, or nothing waits. */
export function useWorkCounts(): (to: string) => { count: number; words: string } | undefined {
  const { data } = useQuery({
    queryKey: ['sessions', 'counts'],
    queryFn: ({ signal }) => getJson(routes.workCounts, workCounts, signal),
    refetchInterval: EVERY_MS,
  });
  return (to) => {
    if (to === pages.myWork && data?.myWork) return { count: data.myWork, words: `${data.myWork} waiting for you` };
    if (to === pages.editingNow && data?.editingNow) {
      const decide = data.decisions ? `, ${data.decisions} to decide` : '';
      return { count: data.editingNow, words: `${data.editingNow} open${decide}` };
    }
    return undefined;
  };
}
