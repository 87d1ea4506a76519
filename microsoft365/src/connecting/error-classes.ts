import type { ConnectionErrorCode, ConnectionErrorKind } from './connection-error.ts';

export interface ErrorClass {
  kind: ConnectionErrorKind;
  code: ConnectionErrorCode;
}

const CLASSES: [ConnectionErrorKind, ConnectionErrorCode, number[]][] = [
  ['app', 'client_credential_refused', [7000215, 7000222, 7000218, 700025, 700027, 50012, 700024]],
  ['app', 'app_not_found', [700016, 7000112, 70001]],
  [
    'app',
    'app_misconfigured',
    [
      50011, 500112, 500113, 90102, 65005, 650056, 650057, 70011, 28002, 28003, 900144, 90014, 900561, 50147, 501491,
      50149, 9002325, 9002326, 9002327, 50059, 50194, 9002332, 9001023, 90002, 90019, 900382, 90038, 500011, 700022,
      700054, 70005, 70003, 901002,
    ],
  ],
  ['admin', 'admin_approval_needed', [90094, 90095]],
  [
    'admin',
    'access_blocked',
    [
      53003, 53000, 53001, 53002, 530032, 530035, 53004, 53011, 500212, 500213, 500021, 50105, 650052, 51004, 50057,
      50097,
    ],
  ],
  ['declined', 'consent_declined', [65004]],
  ['user', 'consent_required', [65001]],
  [
    'user',
    'grant_refused',
    [70000, 70008, 700082, 700084, 70043, 50173, 50132, 50133, 50089, 54005, 50148, 501481, 700005],
  ],
  ['user', 'interaction_required', [50076, 50079, 50074, 50078, 50072, 50158, 50058, 16000, 160021, 50140, 50125]],
  ['user', 'account_not_usable', [50034, 50020, 500208, 50126, 50053, 50055, 50144]],
  ['throttled', 'microsoft_throttled', [90055]],
  ['throttled', 'loop_detected', [50196]],
  ['transient', 'microsoft_unavailable', [90033, 90006, 90012, 90024, 50033, 90090]],
];

const BY_NUMBER = new Map<number, ErrorClass>(
  CLASSES.flatMap(([kind, code, numbers]) => numbers.map((number) => [number, { kind, code }] as const)),
);

const BY_NAME: Record<string, ErrorClass> = {
  invalid_grant: { kind: 'user', code: 'grant_refused' },
  interaction_required: { kind: 'user', code: 'interaction_required' },
  login_required: { kind: 'user', code: 'interaction_required' },
  consent_required: { kind: 'user', code: 'consent_required' },
  invalid_client: { kind: 'app', code: 'client_credential_refused' },
  unauthorized_client: { kind: 'app', code: 'app_not_found' },
  invalid_request: { kind: 'app', code: 'app_misconfigured' },
  invalid_resource: { kind: 'app', code: 'app_misconfigured' },
  invalid_scope: { kind: 'app', code: 'app_misconfigured' },
  unsupported_grant_type: { kind: 'app', code: 'app_misconfigured' },
  unsupported_response_type: { kind: 'app', code: 'app_misconfigured' },
  temporarily_unavailable: { kind: 'transient', code: 'microsoft_unavailable' },
  server_error: { kind: 'transient', code: 'microsoft_unavailable' },
};

/**
 * Who must act on an OAuth error. Numbers are looked for in the whole list (54005 has been seen second); what isn't
 * known falls back to the error's name, since Microsoft's numbers may change.
 */
export function classifyOAuthError(
  place: 'redirect' | 'token',
  said: { error: string; numbers: number[]; suberror?: string },
): ErrorClass & { aadsts?: number } {
  for (const number of said.numbers) {
    const known = BY_NUMBER.get(number);
    if (known) return { ...known, aadsts: number };
  }
  const aadsts = said.numbers[0];
  if (said.suberror === 'message_only') return { kind: 'admin', code: 'access_blocked', aadsts };
  if (said.suberror === 'consent_required') return { kind: 'user', code: 'consent_required', aadsts };
  if (said.error === 'access_denied') {
    return place === 'redirect'
      ? { kind: 'declined', code: 'consent_declined', aadsts }
      : { kind: 'admin', code: 'access_blocked', aadsts };
  }
  const named = Object.hasOwn(BY_NAME, said.error) ? BY_NAME[said.error] : undefined;
  return { ...(named ?? { kind: 'protocol', code: 'response_untrusted' }), aadsts };
}
