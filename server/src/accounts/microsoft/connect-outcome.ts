import type { ConnectOutcome } from '@megdocs/contract';
import type { ConnectionError } from '@megdocs/microsoft365';
import { recordAudit } from '../../platform/audit.ts';
import { inTransaction } from '../../platform/database.ts';
import { describeProblem, type ProblemFacts } from './describe-problem.ts';
import type { MicrosoftRoom } from './microsoft-room.ts';

interface OutcomeContext {
  reference: string;
  returnTo: string | null;
  more?: string;
}

export function failedOutcome(room: MicrosoftRoom, facts: ProblemFacts, context: OutcomeContext): ConnectOutcome {
  const problem = describeProblem(facts, {
    reference: context.reference,
    at: room.clock.now(),
    publicUrl: room.config.publicUrl,
    app: room.app,
    more: context.more,
  });
  return { result: 'failed', problem, returnTo: context.returnTo };
}

/** Tells log and trail, under the reference that the person sees. */
export async function connectFailed(
  room: MicrosoftRoom,
  person: { personId: string; institutionId: string },
  facts: ProblemFacts | ConnectionError,
  reference: string,
): Promise<void> {
  const { code, aadsts, oauthError, traceId, correlationId } = facts;
  const place = 'place' in facts ? facts.place : undefined;
  const said = { aadsts, oauthError, traceId, correlationId, reference, place };
  const detail = { code, ...said };
  const reason = facts instanceof Error ? facts.message : undefined;
  // Not `code`: under that name an authorization code could come, so the log leaves it out.
  room.log.warn({ problem: code, ...said, reason, person: person.personId }, 'a Microsoft account was not connected');
  await inTransaction(room.db, (tx) =>
    recordAudit(tx, {
      institutionId: person.institutionId,
      personId: person.personId,
      kind: 'microsoft_connect_failed',
      detail,
    }),
  );
}
