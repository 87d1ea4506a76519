import { subjectOf } from '../sign-in/issue-tokens.ts';
import type { User } from '../world/directory.ts';
import type { GraphCall } from './call.ts';
import { GraphError } from './errors.ts';
import { findUser, meNeedsUser } from './find.ts';
import { DOCS, type GraphOperation } from './operation.ts';
import type { Json } from './present.ts';
import { pickSelected } from './select.ts';

/** Who the caller is, and whose organization. */
export const ACCOUNT_OPERATIONS: readonly GraphOperation[] = [
  {
    method: 'GET',
    template: '/me',
    access: 'profile',
    query: ['select'],
    fidelity: 'full',
    docs: `${DOCS}/user-get`,
    handle: getMe,
  },
  {
    method: 'GET',
    template: '/users/{user}',
    access: 'profile',
    query: ['select'],
    fidelity: 'partly',
    note: 'By id or address, in the own tenant; the same properties as `/me`.',
    docs: `${DOCS}/user-get`,
    handle: getUserByName,
  },
  {
    method: 'GET',
    template: '/organization',
    access: 'profile',
    query: ['select'],
    fidelity: 'partly',
    note: 'Names and domains; the rest is null, as it is for `User.Read`.',
    docs: `${DOCS}/organization-list`,
    handle: getOrganization,
  },
  {
    method: 'GET',
    template: '/oidc/userinfo',
    access: 'signed-in',
    query: [],
    fidelity: 'full',
    docs: 'https://learn.microsoft.com/en-us/entra/identity-platform/userinfo',
    handle: getUserInfo,
  },
  {
    method: 'POST',
    template: '/me/revokesigninsessions',
    access: 'signed-in',
    query: [],
    fidelity: 'full',
    note: 'At once, where Microsoft takes minutes; for work accounts, with `User.ReadWrite.All` or `User.RevokeSessions.All`.',
    docs: `${DOCS}/user-revokesigninsessions`,
    handle: revokeSessions,
  },
];

function getMe(call: GraphCall): Json {
  const user = getUser(call);
  return { '@odata.context': `${call.origins.main}/v1.0/$metadata#users/$entity`, ...pickPerson(call, user) };
}

function presentUser(user: User): Json {
  const { given, family } = namesOf(user.displayName);
  return {
    businessPhones: [],
    displayName: user.displayName,
    givenName: given,
    jobTitle: null,
    mail: user.mail,
    mobilePhone: null,
    officeLocation: null,
    preferredLanguage: null,
    surname: family,
    userPrincipalName: user.userPrincipalName,
    id: user.personal ? user.id.replaceAll('-', '').slice(16) : user.id,
  };
}

/** Of the caller's own tenant. */
function getUserByName(call: GraphCall): Json {
  const user = findUser(call, call.path.params.user ?? '');
  return { '@odata.context': `${call.origins.main}/v1.0/$metadata#users/$entity`, ...pickPerson(call, user) };
}

/** What a person may have at Microsoft and nobody has here: told only to those who ask for it by name. */
const UNTOLD = { city: null, country: null, department: null, postalCode: null, state: null, streetAddress: null };

function getOrganization(call: GraphCall): Json {
  const tenant = call.world.directory.findTenant(call.caller.tenantId);
  const organization = tenant && {
    id: tenant.id,
    deletedDateTime: null,
    assignedPlans: null,
    businessPhones: [],
    city: null,
    country: null,
    countryLetterCode: null,
    createdDateTime: null,
    displayName: tenant.displayName,
    tenantType: 'AAD',
    verifiedDomains: [
      {
        capabilities: 'Email, OfficeCommunicationsOnline',
        isDefault: true,
        isInitial: true,
        name: tenant.domain,
        type: 'Managed',
      },
    ],
  };
  return {
    '@odata.context': `${call.origins.main}/v1.0/$metadata#organization`,
    value: organization === undefined ? [] : [pickSelected(call, organization)],
  };
}

function getUserInfo(call: GraphCall): Json {
  const user = getUser(call);
  const { given, family } = namesOf(user.displayName);
  return {
    sub: subjectOf(user, call.caller),
    name: user.displayName,
    family_name: family,
    given_name: given,
    picture: `${call.origins.main}/v1.0/me/photo/$value`,
    ...(user.mail === null ? {} : { email: user.mail }),
  };
}

const REVOKING_SCOPES = ['User.ReadWrite.All', 'User.RevokeSessions.All'];

function revokeSessions(call: GraphCall): Json {
  const user = getUser(call);
  if (user.personal || !call.caller.scopes.some((scope) => REVOKING_SCOPES.includes(scope)))
    throw new GraphError('accessDenied', 'Insufficient privileges to complete the operation.');
  call.world.directory.revokeSessions(user);
  return { '@odata.context': `${call.origins.main}/v1.0/$metadata#Edm.Boolean`, value: true };
}

function getUser({ caller }: GraphCall) {
  if (caller.user === undefined) throw meNeedsUser();
  return caller.user;
}

function pickPerson(call: GraphCall, user: User): Json {
  const shown = presentUser(user);
  return call.query.get('select') === undefined ? shown : pickSelected(call, { ...UNTOLD, ...shown });
}

function namesOf(displayName: string): { given: string; family: string } {
  const at = displayName.lastIndexOf(' ');
  return at < 0
    ? { given: displayName, family: '' }
    : { given: displayName.slice(0, at), family: displayName.slice(at + 1) };
}
