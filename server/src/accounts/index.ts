import type { PersonRef, Role } from '@megdocs/contract';
import {
  createSealing,
  type Graph,
  type MicrosoftEndpoints,
  parseTokenKeys,
  type Sealing,
} from '@megdocs/microsoft365';
import type { FastifyRequest } from 'fastify';
import type { Db, Tx } from '../platform/database.ts';
import type { Http } from '../platform/http.ts';
import { type AppFault, lastAppFault } from './microsoft/app-fault-store.ts';
import { assertCredentialUsable } from './microsoft/assert-credential.ts';
import { disconnectWhereAsked } from './microsoft/disconnect.ts';
import { type Integration, toIntegration } from './microsoft/integration.ts';
import {
  findHolderOfAccount,
  findIntegration,
  findIntegrations,
  findLiveIntegration,
} from './microsoft/integration-store.ts';
import { endpointsOf, microsoftAppOf } from './microsoft/microsoft-app.ts';
import type { Calls, MicrosoftRoom, WorkingCopies } from './microsoft/microsoft-room.ts';
import { eraseUnanswered, purgePending } from './microsoft/pending-store.ts';
import { type RotationStep, rotateKeysStep } from './microsoft/rotate-keys.ts';
import { microsoftRoutes } from './microsoft/routes.ts';
import { assertKeysKnown } from './microsoft/sealed-columns.ts';
import { createGraphs } from './microsoft/token-vault.ts';
import { warnOfExpiry } from './microsoft/warn-of-expiry.ts';
import { deliverMail } from './notifications/deliver-mail.ts';
import { purgeMails } from './notifications/mail-store.ts';
import { type NewNotification, notify } from './notifications/notify.ts';
import { notificationRoutes } from './notifications/routes.ts';
import {
  type CreatedInstitution,
  createInstitution,
  type InstitutionCommandAnswer,
  institutionCommand,
  type NewInstitution,
} from './people/create-institution.ts';
import { createPerson, createTeam, type NewPerson } from './people/create-person.ts';
import { activeWithRole, findPeople, findPerson, listPeople } from './people/people-store.ts';
import { peopleRoutes, teamRoutes } from './people/routes.ts';
import { teamsOfPerson } from './people/team-store.ts';
import type { AccountsDeps, AccountsRoom, SignedIn } from './room.ts';
import { purgeAttempts } from './sign-in/attempt-store.ts';
import { createSignedIn, stillSignedIn } from './sign-in/request.ts';
import { myRoutes, signInRoutes } from './sign-in/routes.ts';
import { purgeSessions } from './sign-in/session-store.ts';

export { adminWordsOf, fillAdminWords, isOurMistake } from './microsoft/admin-words-by-number.ts';
export type { AppFault } from './microsoft/app-fault-store.ts';
export { endpointsOf, microsoftAppOf } from './microsoft/microsoft-app.ts';
export type { WorkingCopies } from './microsoft/microsoft-room.ts';
export type { RotationStep } from './microsoft/rotate-keys.ts';
export type { SignedIn } from './room.ts';

interface AccountPerson {
  id: string;
  institutionId: string;
  name: string;
  email: string;
  roles: Role[];
  deactivated: boolean;
}

/** People of MEGDocs, their sign-in, their institutions, and their connection to Microsoft. */
export interface Accounts {
  routes(app: Http): void;
  /** Throws 401 `not_signed_in`. */
  signedIn(request: FastifyRequest): Promise<SignedIn>;
  /** Who holds this sign-in now, if it still lives. Asking keeps it no longer alive. */
  stillSignedIn(sessionId: string): Promise<SignedIn | undefined>;
  person(q: Db | Tx, personId: string): Promise<AccountPerson | undefined>;
  /** By id, deactivated ones too. */
  peopleByIds(q: Db | Tx, ids: readonly string[]): Promise<Map<string, PersonRef>>;
  /** Everybody who was not deactivated. */
  people(q: Db | Tx, institutionId: string): Promise<PersonRef[]>;
  /** Ids of a person's teams, that of everyone included. */
  teamsOf(q: Db | Tx, personId: string): Promise<string[]>;
  peopleWith(q: Db | Tx, institutionId: string, role: Role): Promise<PersonRef[]>;
  /** Written with the change that it tells of; with a subject it goes by mail too, after the commit. */
  notify(q: Db | Tx, notification: NewNotification): Promise<void>;
  /** Sends the mails that are due. The job queue does it every few seconds. */
  deliverMail(): Promise<void>;

  createInstitution(q: Db | Tx, institution: NewInstitution): Promise<CreatedInstitution>;
  createPerson(q: Db | Tx, person: NewPerson): Promise<{ id: string }>;
  createTeam(q: Db | Tx, team: { institutionId: string; name: string }): Promise<{ id: string }>;
  /** What `npm run institution` asks for. Throws one sentence. */
  institutionCommand(args: Record<string, unknown>): Promise<InstitutionCommandAnswer>;

  microsoftConfigured: boolean;
  endpoints: MicrosoftEndpoints;
  /** The person's live connection, connected or waiting for a reconnect. */
  integrationOf(q: Db | Tx, personId: string): Promise<Integration | undefined>;
  /** The Microsoft accounts' addresses, by the id of their connection, in whatever state. */
  accountAddresses(q: Db | Tx, ids: readonly string[]): Promise<Map<string, string>>;
  /** In whatever state. */
  integration(q: Db | Tx, id: string): Promise<Integration | undefined>;
  /** Its calls throw `ConnectionUnavailable` when there is no token to be had. */
  graphFor(integrationId: string): Graph;
  /** Seals what other rooms keep secret; each column of theirs stands in the list of sealed columns. */
  sealing: Sealing;
  /** Before the process ends: begins no renewal of a token any more, and waits for those under way. */
  drain(): Promise<void>;
  personByMicrosoftAccount(q: Db | Tx, institutionId: string, tid: string, oid: string): Promise<PersonRef | undefined>;
  /** Filled by editing at boot. */
  workingCopies: WorkingCopies;
  /** Filled by editing at boot. */
  calls: Calls;
  /** Ends connections whose clean-up is done, and those of deactivated people. */
  disconnectWhereAsked(): Promise<void>;
  /** Tells admins, once for each warning, that the app's credential ends soon. */
  warnOfExpiry(): Promise<void>;
  /** Erases the tokens of accounts that their person did not confirm in time. */
  eraseUnanswered(): Promise<void>;
  /** What `npm run keys:rotate` asks for, again and again. */
  rotateKeysStep(args: Record<string, unknown>): Promise<RotationStep>;
  /** Throws when stored tokens need a key that is not configured. */
  assertKeysKnown(): Promise<void>;
  /** Why Microsoft refuses the app itself, as long as it does. */
  lastAppFault(): Promise<AppFault | undefined>;
  /** Throws when the app's certificate and key can't be used together. */
  assertCredentialUsable(): void;
}

const PURGE_SECONDS = 600;
const ERASE_SECONDS = 60;
const EXPIRY_SECONDS = 3600;
const MAIL_SECONDS = 5;

export function accounts(deps: AccountsDeps): Accounts {
  const { config, db, random, clock } = deps;
  const keys = parseTokenKeys(config.tokenKeys);
  const endpoints = endpointsOf(config.microsoft);
  const room: AccountsRoom = { ...deps, sealing: createSealing(keys), signedIn: createSignedIn(deps) };
  const microsoft: MicrosoftRoom = {
    ...room,
    app: microsoftAppOf(config.microsoft, endpoints, clock),
    endpoints,
    workingCopies: { list: async () => [], leave: async () => {} },
    calls: { heard: () => {} },
  };
  deps.jobs.every('purge-accounts', PURGE_SECONDS, async () => {
    await purgePending(db);
    await purgeSessions(db);
    await purgeAttempts(db);
    await purgeMails(db);
  });
  deps.jobs.every('send-mail', MAIL_SECONDS, () => deliverMail(room));
  deps.jobs.every('erase-held-accounts', ERASE_SECONDS, () => eraseUnanswered(db));
  deps.jobs.every('warn-of-expiry', EXPIRY_SECONDS, () => warnOfExpiry(microsoft));
  return {
    routes(app) {
      signInRoutes(app, room);
      myRoutes(app, room);
      notificationRoutes(app, room);
      peopleRoutes(app, room);
      teamRoutes(app, room);
      microsoftRoutes(app, microsoft);
    },
    ...peopleDoor(room),
    ...microsoftDoor(microsoft),
    warnOfExpiry: () => warnOfExpiry(microsoft),
    eraseUnanswered: () => eraseUnanswered(db),
    deliverMail: () => deliverMail(room),
    rotateKeysStep: (args) => rotateKeysStep(microsoft, args),
    assertKeysKnown: () =>
      assertKeysKnown(
        db,
        microsoft.sealing,
        keys.map(({ id }) => id),
      ),
    lastAppFault: () => lastAppFault(db),
    assertCredentialUsable: () => assertCredentialUsable(config.microsoft?.credential),
    institutionCommand: (args) => institutionCommand(deps, args),
    createInstitution: (q, institution) => createInstitution(deps, q, institution),
    createPerson: async (q, person) => ({ id: await createPerson(q, random, person) }),
    createTeam: async (q, team) => {
      const id = await createTeam(q, random, team);
      if (!id) throw new Error(`There is a team called ${team.name} already.`);
      return { id };
    },
  };
}

type PeopleDoor = Pick<
  Accounts,
  'signedIn' | 'stillSignedIn' | 'person' | 'peopleByIds' | 'people' | 'teamsOf' | 'peopleWith' | 'notify'
>;

function peopleDoor(room: AccountsRoom): PeopleDoor {
  return {
    signedIn: room.signedIn,
    stillSignedIn: (sessionId) => stillSignedIn(room, sessionId),
    async person(q, personId) {
      const row = await findPerson(q, personId);
      if (!row) return undefined;
      const { id, institution_id: institutionId, name, email, roles } = row;
      return { id, institutionId, name, email, roles, deactivated: row.deactivated_at !== null };
    },
    async peopleByIds(q, ids) {
      return new Map((await findPeople(q, ids)).map(({ id, name }) => [id, { id, name }]));
    },
    async people(q, institutionId) {
      const rows = await listPeople(q, institutionId);
      return rows.filter((row) => row.deactivated_at === null).map(({ id, name }) => ({ id, name }));
    },
    async teamsOf(q, personId) {
      const row = await findPerson(q, personId);
      if (!row) return [];
      const teams = await teamsOfPerson(q, { id: row.id, institutionId: row.institution_id });
      return teams.map(({ id }) => id);
    },
    peopleWith: activeWithRole,
    notify: (q, notification) => notify(q, room.random, notification),
  };
}

type MicrosoftDoor = Pick<
  Accounts,
  | 'microsoftConfigured'
  | 'endpoints'
  | 'integrationOf'
  | 'accountAddresses'
  | 'integration'
  | 'graphFor'
  | 'sealing'
  | 'drain'
  | 'personByMicrosoftAccount'
  | 'workingCopies'
  | 'calls'
  | 'disconnectWhereAsked'
>;

function microsoftDoor(room: MicrosoftRoom): MicrosoftDoor {
  return {
    microsoftConfigured: room.app !== undefined,
    endpoints: room.endpoints,
    integrationOf: async (q, personId) => toIntegration(await findLiveIntegration(q, personId)),
    async accountAddresses(q, ids) {
      return new Map((await findIntegrations(q, ids)).map((row) => [row.id, row.account_address]));
    },
    integration: async (q, id) => toIntegration(await findIntegration(q, id)),
    ...createGraphs(room),
    sealing: room.sealing,
    personByMicrosoftAccount: findHolderOfAccount,
    workingCopies: room.workingCopies,
    calls: room.calls,
    disconnectWhereAsked: () => disconnectWhereAsked(room),
  };
}
