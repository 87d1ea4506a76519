import { fill, type Opening, opening, routes } from '@megdocs/contract';
import { useQuery } from '@tanstack/react-query';
import { getJson } from '../ui/api.ts';

const ASK_MS = 1_000;

/** How far an opening is, asked every second for as long as it is on its way. */
export function useOpeningProgress(sessionId: string | null): Opening | undefined {
  return useQuery({
    queryKey: ['opening-progress', sessionId],
    queryFn: () => getJson(fill(routes.editSessionOpening, { id: sessionId ?? '' }), opening),
    enabled: sessionId !== null,
    refetchInterval: ASK_MS,
    // Whoever left this tab meanwhile finds Word in it.
    refetchIntervalInBackground: true,
  }).data;
}

export interface Sent {
  bytes: number;
  ofBytes: number;
}

/** Only for what goes in parts: one request has no middle that anybody knows of. */
export function sentOf(progress: Opening | undefined): Sent | null {
  if (progress?.state !== 'starting') return null;
  const { sentBytes, totalBytes } = progress;
  return sentBytes === null || !totalBytes ? null : { bytes: sentBytes, ofBytes: totalBytes };
}
