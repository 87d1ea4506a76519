import type { ConnectOutcome } from '@megdocs/contract';
import { classifyOAuthError } from '@megdocs/microsoft365';
import { recordAudit } from '../../platform/audit.ts';
import { inTransaction } from '../../platform/database.ts';
import type { SignedIn } from '../room.ts';
import { failedOutcome } from './connect-outcome.ts';
import type { ProblemFacts } from './describe-problem.ts';
import type { MicrosoftRoom } from './microsoft-room.ts';
import { type PendingRow, settlePending } from './pending-store.ts';

interface ConsentAnswer {
  parameters: URLSearchParams;
  reference: string;
}

/**
 * What Microsoft says about a tenant's approval. It is shown and told to the trail, and nothing is built on it: whether
 * people can connect shows when they do. Microsoft sends `admin_consent=True` along with an error too.
 */
export async function noteConsent(
  room: MicrosoftRoom,
  person: SignedIn,
  flow: PendingRow,
  { parameters, reference }: ConsentAnswer,
): Promise<void> {
  const refused = refusalIn(parameters);
  const outcome: ConnectOutcome = refused
    ? failedOutcome(room, refused, { reference, returnTo: flow.return_to })
    : { result: 'approved', returnTo: flow.return_to };
  if (refused)
    room.log.warn(
      { ...refused, code: undefined, problem: refused.code, reference },
      'a tenant did not approve MEGDocs',
    );
  await inTransaction(room.db, async (tx) => {
    if (!(await settlePending(tx, flow.id, outcome))) return;
    await recordAudit(tx, {
      institutionId: person.institutionId,
      personId: person.personId,
      kind: refused ? 'microsoft_consent_failed' : 'microsoft_consent_given',
      detail: { ...refused, place: 'redirect', reference, scopes: flow.scopes },
    });
  });
}

function refusalIn(parameters: URLSearchParams): ProblemFacts | undefined {
  const error = parameters.get('error');
  if (error === null && parameters.get('admin_consent')?.toLowerCase() === 'true') return undefined;
  const numbers = [...(parameters.get('error_description') ?? '').matchAll(/AADSTS(\d{4,8})/g)].map(([, digits]) =>
    Number(digits),
  );
  const { code, aadsts } = classifyOAuthError('redirect', { error: error ?? '', numbers });
  return { code, aadsts, oauthError: error !== null && /^[a-z_]{1,60}$/.test(error) ? error : undefined };
}
