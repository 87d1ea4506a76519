import type { MicrosoftAdministration } from '@megdocs/contract';
import { expect, test } from 'vitest';
import { partsForIt, textForIt } from './for-it-text.ts';

const known: MicrosoftAdministration = {
  configured: true,
  clientId: '5d1c0f36-7f0b-4d0a-8f0d-3b6a52a7c901',
  tenant: 'organizations',
  cloud: 'global',
  redirectUri: 'https://docs.example/auth/oauth2/microsoft/callback/',
  permissions: [],
  leastPrivilege: [],
  credential: { kind: 'secret', expiresAt: null, daysLeft: null },
  consentUrl: null,
  hosts: [],
  policy: { tenants: [], personalAccounts: false },
  personalAccountsPossible: false,
  tenantsInUse: [],
};
const told = (credential: MicrosoftAdministration['credential']) =>
  textForIt(partsForIt({ ...known, credential }, 'https://docs.example'));

test('C13: a warning before a secret expires is promised only where its date is known', () => {
  expect(told({ kind: 'secret', expiresAt: null, daysLeft: null })).toContain(
    'before a secret only where MICROSOFT_CLIENT_SECRET_EXPIRES says when',
  );
  expect(told({ kind: 'secret', expiresAt: '2027-12-31T00:00:00.000Z', daysLeft: 400 })).toContain(
    'warns its administrators before this secret expires',
  );
});
