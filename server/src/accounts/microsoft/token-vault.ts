import { pages } from '@megdocs/contract';
import {
  ConnectionError,
  type ConnectionFailure,
  createGraph,
  createTokenVault,
  type Graph,
  refreshConnection,
  type TokenSet,
} from '@megdocs/microsoft365';
import { recordAudit } from '../../platform/audit.ts';
import { inTransaction, type Tx } from '../../platform/database.ts';
import { toldLately } from '../notifications/notification-store.ts';
import { notify } from '../notifications/notify.ts';
import { activeWithRole, listInstitutionIds } from '../people/people-store.ts';
import { createConnectionStore, type FailedConnection } from './connection-store.ts';
import { touchIntegration } from './integration-store.ts';
import { INTEGRATION_TABLE, type MicrosoftRoom } from './microsoft-room.ts';
import { noteAppFault, noteAppMended } from './note-app-fault.ts';

const TOUCH_EVERY_MS = 60_000;
const TOUCHED_LIMIT = 10_000;

export interface Graphs {
  /** Graph as a connection sees it; every request asks the vault for its token. */
  graphFor(integrationId: string): Graph;
  /** Begins no renewal any more, and waits for those under way: a rotated token must not die with the process. */
  drain(): Promise<void>;
}

export function createGraphs(room: MicrosoftRoom): Graphs {
  const { db, random, sealing, endpoints } = room;
  const newReference = () => Buffer.from(random.bytes(5)).toString('hex').toUpperCase();
  const store = createConnectionStore(
    db,
    (tx, failed, failure) => tellFailure(room, tx, failed, failure),
    newReference,
  );
  const vault = createTokenVault({
    store,
    sealing,
    table: INTEGRATION_TABLE,
    refresh: (refreshToken, signal) => refresh(room, refreshToken, signal),
    randomId: () => random.uuid(),
    now: () => room.clock.now(),
    onAppFault: (cause) => void tellAdmins(room, cause),
    onAppMended: () => void tellMended(room),
  });
  const touch = createToucher(room);
  const accessToken = async (id: string) => {
    const token = await vault.accessToken(id);
    await touch(id);
    return token;
  };
  const graphFor = (id: string) =>
    createGraph({
      endpoints,
      tokens: { ...vault.tokensOf(id), accessToken: () => accessToken(id) },
      log: (call) => {
        room.log.info({ ...call, integration: id }, 'called Graph');
        room.calls.heard(id, call);
      },
    });
  return { graphFor, drain: () => vault.drain() };
}

async function refresh({ app }: MicrosoftRoom, refreshToken: string, signal: AbortSignal): Promise<TokenSet> {
  if (!app) throw new ConnectionError('app', 'app_misconfigured', { reason: 'no client id is configured' });
  return refreshConnection(app, refreshToken, { signal });
}

const APP_FAULT =
  "Microsoft does not accept MEGDocs' own secret, certificate or registration, so no connection can be renewed. Your system administrator has to mend it; people's connections stay as they are.";

/** People's connections stay as they are; whoever can mend it is told. Not awaited by whoever wanted a token. */
async function tellAdmins(room: MicrosoftRoom, error: ConnectionError): Promise<void> {
  const { code, aadsts, traceId, correlationId } = error;
  room.log.error(
    { problem: code, aadsts, traceId, correlationId },
    "Microsoft refuses the app itself; mend the app's registration",
  );
  try {
    await noteAppFault(room, error);
    await inTransaction(room.db, async (tx) => {
      for (const institutionId of await listInstitutionIds(tx))
        for (const { id } of await activeWithRole(tx, institutionId, 'institution-admin'))
          if (!(await toldLately(tx, id, APP_FAULT)))
            await notify(tx, room.random, {
              institutionId,
              personId: id,
              text: APP_FAULT,
              mail: 'Microsoft does not accept MEGDocs any more',
              link: pages.administrationMicrosoft,
            });
    });
  } catch (cause) {
    room.log.error({ err: cause }, 'the administrators could not be told');
  }
}

async function tellMended(room: MicrosoftRoom): Promise<void> {
  room.log.info('Microsoft accepts the app again');
  await noteAppMended(room).catch((cause) =>
    room.log.error({ err: cause }, 'the end of the app’s fault was not noted'),
  );
}

/** Tells the trail of the first failure of a row of them, and the person when it is theirs to mend. */
async function tellFailure(
  room: MicrosoftRoom,
  tx: Tx,
  failed: FailedConnection,
  failure: ConnectionFailure,
): Promise<void> {
  const { kind, code, aadsts, oauthError, traceId, correlationId } = failure;
  const said = { integration: failed.id, class: kind, aadsts, oauthError, traceId, correlationId };
  const detail = { ...said, code };
  const needsPerson = failure.status === 'reconnect_needed';
  room.log.warn({ ...said, problem: code, person: failed.person_id }, 'a Microsoft connection was not renewed');
  if (!needsPerson && failed.failures > 1) return;
  await recordAudit(tx, {
    institutionId: failed.institution_id,
    personId: failed.person_id,
    kind: needsPerson ? 'microsoft_reconnect_needed' : 'microsoft_refresh_failed',
    detail,
  });
  if (needsPerson)
    await notify(tx, room.random, {
      institutionId: failed.institution_id,
      personId: failed.person_id,
      mail: 'Microsoft asks you to connect your account again',
      text: 'Microsoft asks you to connect your account again. What you edit waits for it; nothing is lost.',
      link: pages.microsoft,
    });
  if (kind === 'admin') await tellWhoCanMend(room, tx, failed);
}

/** A rule of the tenant that the person can't lift: their institution's admins hear of it as well, once a day. */
async function tellWhoCanMend(room: MicrosoftRoom, tx: Tx, failed: FailedConnection): Promise<void> {
  const { institution_id: institutionId } = failed;
  for (const { id } of await activeWithRole(tx, institutionId, 'institution-admin'))
    if (id !== failed.person_id && !(await toldLately(tx, id, TENANT_RULE)))
      await notify(tx, room.random, {
        institutionId,
        personId: id,
        text: TENANT_RULE,
        mail: 'A rule of your Microsoft tenant refuses MEGDocs',
        link: pages.administrationMicrosoft,
      });
}

const TENANT_RULE =
  'A rule of your Microsoft tenant refuses a connection of somebody in your institution. Their account page says which, with a note for IT; what they edit waits.';

/** Keeps "last used", once a minute a connection. */
function createToucher(room: MicrosoftRoom): (id: string) => Promise<void> {
  const touched = new Map<string, number>();
  return async (id) => {
    const now = room.clock.now().getTime();
    if (now - (touched.get(id) ?? 0) < TOUCH_EVERY_MS) return;
    if (touched.size >= TOUCHED_LIMIT) touched.clear();
    touched.set(id, now);
    // A row that could not be touched is no reason to fail the call.
    await touchIntegration(room.db, id).catch((error) => room.log.warn({ err: error }, 'last use was not noted'));
  };
}
