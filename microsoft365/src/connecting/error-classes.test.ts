import { expect, test } from 'vitest';
import { AADSTS_CODES, type AadstsClass, classifyOAuthError, isKnownAadsts } from '../index.ts';

const token = (error: string, numbers: number[] = [], suberror?: string) =>
  classifyOAuthError('token', { error, numbers, suberror });

test('a number that is not the first of the list is found', () => {
  expect(token('invalid_grant', [70002, 54005])).toEqual({ kind: 'user', code: 'grant_refused', aadsts: 54005 });
});

test("R15: the app's own faults are the app's", () => {
  expect(token('invalid_client', [7000222]).kind).toBe('app');
  expect(token('invalid_client').code).toBe('client_credential_refused');
  expect(token('unauthorized_client', [700016]).code).toBe('app_not_found');
});

test('conditional access is for an administrator, also where it comes as invalid_grant', () => {
  expect(token('invalid_grant', [53003])).toMatchObject({ kind: 'admin', code: 'access_blocked' });
  expect(token('invalid_grant', [999999], 'message_only')).toMatchObject({ kind: 'admin', code: 'access_blocked' });
});

test('B12: a loop that Microsoft noticed is throttled, not refused', () => {
  expect(token('invalid_grant', [50196])).toMatchObject({ kind: 'throttled', code: 'loop_detected' });
});

test('unknown numbers fall back to the name of the error', () => {
  expect(token('invalid_grant', [987654321])).toEqual({ kind: 'user', code: 'grant_refused', aadsts: 987654321 });
  expect(token('invalid_scope')).toMatchObject({ kind: 'app', code: 'app_misconfigured' });
  expect(token('temporarily_unavailable')).toMatchObject({ kind: 'transient' });
});

test('an unknown name is a verdict on nothing', () => {
  expect(token('toString')).toMatchObject({ kind: 'protocol', code: 'response_untrusted' });
  expect(token('brand_new_error')).toMatchObject({ kind: 'protocol' });
});

test('access_denied is declining with 65004 or, on a redirect, without any number; else a policy of the tenant', () => {
  const redirect = (numbers: number[]) => classifyOAuthError('redirect', { error: 'access_denied', numbers });
  expect(redirect([65004]).kind).toBe('declined');
  expect(redirect([]).kind).toBe('declined');
  expect(redirect([7000229])).toEqual({ kind: 'admin', code: 'access_blocked', aadsts: 7000229 });
  expect(token('access_denied').kind).toBe('admin');
});

test('C8: a known number has one meaning, whichever name and place it comes with', () => {
  const numbers = Object.keys(AADSTS_CODES).map(Number).filter(isKnownAadsts);
  expect(numbers.length).toBeGreaterThanOrEqual(103);
  for (const number of numbers) {
    const { kind, code, oauthErrors, places }: AadstsClass = AADSTS_CODES[number];
    const blames = kind === 'app' || kind === 'admin';
    const isBelieved = !blames || places.some((place) => place !== 'token');
    for (const error of [...oauthErrors, 'brand_new_error'].filter(() => number !== 9002313)) {
      expect(token(error, [number])).toEqual({ kind, code, aadsts: number });
      const redirect = classifyOAuthError('redirect', { error, numbers: [number] });
      if (isBelieved) expect(redirect).toEqual({ kind, code, aadsts: number });
      else expect(redirect.aadsts).toBeUndefined();
    }
  }
});

test('a malformed grant is for the person, a malformed request for the app', () => {
  expect(token('invalid_grant', [9002313])).toMatchObject({ kind: 'user', code: 'grant_refused' });
  expect(token('invalid_request', [9002313])).toMatchObject({ kind: 'app', code: 'app_misconfigured' });
});

test('the suberror tells what an unknown number does not', () => {
  expect(token('invalid_grant', [987654321], 'basic_action').code).toBe('interaction_required');
  expect(token('invalid_grant', [987654321], 'user_password_expired').code).toBe('account_not_usable');
});

test('what blames the app and is known from the token endpoint alone is not believed from a redirect', () => {
  for (const number of [7000222, 900382, 700016]) {
    const said = { error: 'invalid_request', numbers: [number] };
    const isShown = number === 700016;
    expect(classifyOAuthError('redirect', said).aadsts).toBe(isShown ? number : undefined);
    expect(classifyOAuthError('token', said).aadsts).toBe(number);
  }
});
