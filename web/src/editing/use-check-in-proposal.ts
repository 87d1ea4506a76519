import { fill, type Proposal, proposal, routes, type Settling } from '@megdocs/contract';
import { useQuery } from '@tanstack/react-query';
import { getJson } from '../ui/api.ts';

/** What a check-in of what is here would say, asked as soon as everything is here, and again after each later save. */
export function useProposal(sessionId: string, settling: Settling | undefined): Proposal | undefined {
  return useQuery({
    queryKey: ['proposal', sessionId, settling?.lastSavedAt],
    queryFn: () => getJson(fill(routes.editSessionProposal, { id: sessionId }), proposal),
    enabled: settling?.settled === true && settling.changed,
    gcTime: 0,
  }).data;
}
