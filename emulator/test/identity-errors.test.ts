import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Emulator } from '../src/index.ts';
import { authorizeUrl, requestToken, startTestEmulator } from './cast.ts';
import { Person } from './playing-a-person.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startTestEmulator();
});
afterAll(() => emulator.close());

/** Error at the token endpoint, its status, the name on the redirect (or that a page shows it), and the codes. */
const TABLE: [error: string, status: number, place: string, codes: number[]][] = [
  ['invalid_request', 400, 'page', [50011, 50059, 50194, 90002, 90019, 90038, 90102, 500113, 500208, 901002, 9002332]],
  [
    'invalid_request',
    400,
    'invalid_request',
    [28003, 50147, 50149, 501491, 90014, 700022, 900144, 900382, 900561, 9001023, 9002313, 9002325, 9002326, 9002327],
  ],
  ['invalid_scope', 400, 'invalid_scope', [28002, 70011]],
  ['invalid_resource', 400, 'invalid_resource', [65005, 500011, 650057]],
  ['invalid_resource', 400, 'page', [650052]],
  ['unsupported_grant_type', 400, 'unsupported_grant_type', [70003]],
  ['unsupported_response_type', 400, 'unsupported_response_type', [70005, 700054]],
  ['invalid_client', 401, 'invalid_client', [50012, 700024, 700025, 700027, 7000215, 7000218, 7000222]],
  ['invalid_client', 400, 'page', [650056]],
  ['invalid_grant', 400, 'invalid_client', [500112]],
  ['unauthorized_client', 400, 'unauthorized_client', [70001]],
  ['unauthorized_client', 400, 'page', [700016, 7000112]],
  [
    'invalid_grant',
    400,
    'interaction_required',
    [50089, 50132, 50133, 50148, 501481, 50173, 50196, 54005, 70000, 70008, 70043, 700005, 700082, 700084],
  ],
  ['invalid_grant', 400, 'consent_required', [65001]],
  ['invalid_grant', 400, 'page', [50034, 50053, 50055, 50057, 50126, 50144, 51004]],
  ['access_denied', 400, 'access_denied', [65004]],
  ['access_denied', 400, 'page', [50020, 50105, 53004, 53011, 90094, 90095, 500021, 500212, 500213]],
  ['login_required', 400, 'login_required', [50058]],
  ['interaction_required', 400, 'interaction_required', [16000, 50074, 50076, 50078, 50079, 50097, 50158, 160021]],
  ['interaction_required', 400, 'page', [50072, 50125, 50140, 53000, 53001, 53002, 53003, 530032, 530035]],
  ['temporarily_unavailable', 429, 'temporarily_unavailable', [90055]],
  ['temporarily_unavailable', 503, 'temporarily_unavailable', [50033, 90006, 90012, 90024, 90033]],
  ['server_error', 500, 'server_error', [90090]],
];

const EVERY = TABLE.flatMap(([error, status, place, codes]) => codes.map((code) => ({ code, error, status, place })));

test.each(EVERY)(
  'AADSTS$code ordered at the token endpoint is $error with $status',
  async ({ code, error, status }) => {
    emulator.control.addFault({ match: { path: '/token$' }, fault: { aadsts: code } });
    const { status: answered, body } = await requestToken(emulator, { grant_type: 'refresh_token' });
    expect([answered, body.error, body.error_codes]).toEqual([status, error, [code]]);
    expect(body.error_description).toMatch(
      new RegExp(`^AADSTS${code}: .+ Trace ID: ${body.trace_id} Correlation ID: `),
    );
    expect(body.error_uri).toBe(`${emulator.url}/error?code=${code}`);
  },
);

test.each(EVERY)('AADSTS$code ordered at the authorize endpoint shows at: $place', async ({ code, place }) => {
  emulator.control.addFault({ match: { path: '/authorize$' }, fault: { aadsts: code } });
  const visit = await new Person().open(authorizeUrl(emulator));
  if (place === 'page') {
    expect(visit.location).toBeUndefined();
    expect(visit.text).toContain(`AADSTS${code}`);
    return;
  }
  const params = new URL(visit.location ?? '').searchParams;
  expect([params.get('error'), params.get('state')]).toEqual([place, 'the-state']);
  expect(params.get('error_description')).toContain(`AADSTS${code}: `);
});

test('refusals that a person can mend say how: suberror, and the claims to ask for', async () => {
  const bodyOf = async (aadsts: number) => {
    emulator.control.addFault({ fault: { aadsts } });
    return (await requestToken(emulator, {})).body;
  };
  expect((await bodyOf(700082)).suberror).toBe('bad_token');
  expect((await bodyOf(65001)).suberror).toBe('consent_required');
  expect((await bodyOf(50055)).suberror).toBe('user_password_expired');
  expect((await bodyOf(53003)).suberror).toBe('message_only');
  const stepUp = await bodyOf(50076);
  expect(stepUp.suberror).toBe('basic_action');
  expect(JSON.parse(stepUp.claims)).toHaveProperty('access_token.capolids.values');
});
