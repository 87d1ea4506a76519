import { randomBytes, randomUUID } from 'node:crypto';
import { type Emulator, type EmulatorConfig, startEmulator } from 'microsoft365-emulator';
import {
  type ConnectedAccount,
  createGraph,
  createMemoryStore,
  createSealing,
  createTokenVault,
  finishConnection,
  type Graph,
  type MemoryStore,
  type MicrosoftApp,
  refreshConnection,
  sealTokens,
  startConnection,
  type TokenVault,
} from '../src/index.ts';
import { type Person, signIn } from './sign-in.ts';

export const TENANT_ID = '7f3c1f5e-2f7d-4a53-9c61-2b8f5a0d1e11';
export const AUTHOR: Person = { address: 'author@stmarys.example', password: 'demo-password-1' };
export const CLIENT_ID = '0f0f0f0f-1111-4222-8333-444444444444';
const SECRET = 'the-right-secret';
const REDIRECT_URI = 'http://localhost:3000/auth/oauth2/microsoft/callback/';
const TABLE = 'oauth2_integration';

export const APPLICATION = {
  clientId: CLIENT_ID,
  displayName: 'Tests',
  secrets: [{ value: SECRET }],
  redirectUris: [REDIRECT_URI],
  permissions: ['User.Read', 'Files.ReadWrite.All'],
};

const CONFIG: EmulatorConfig = {
  tenants: [
    {
      id: TENANT_ID,
      domain: 'stmarys.example',
      displayName: "St Mary's Hospital",
      users: [
        {
          userPrincipalName: AUTHOR.address,
          mail: AUTHOR.address,
          displayName: 'Ada Author',
          password: AUTHOR.password,
        },
      ],
    },
  ],
  applications: [APPLICATION],
};

/** The library against an emulator of its own. */
export interface Emulated {
  emulator: Emulator;
  app(changes?: Partial<MicrosoftApp>): MicrosoftApp;
  /** Moves the emulator's clock and the one that the library gets. */
  advance(seconds: number): void;
  connect(given?: { app?: MicrosoftApp; person?: Person }): Promise<ConnectedAccount>;
  /** Connects the author, stores the tokens and answers what a host would work with. */
  open(): Promise<{ graph: Graph; vault: TokenVault; store: MemoryStore; id: string }>;
  close(): Promise<void>;
}

export async function startEmulated(changes: Partial<EmulatorConfig> = {}): Promise<Emulated> {
  const emulator = await startEmulator({ port: 0, config: { ...CONFIG, ...changes } });
  let offset = 0;
  const now = () => new Date(Date.now() + offset);
  const emulated: Emulated = {
    emulator,
    app: (appChanges = {}) => ({
      clientId: CLIENT_ID,
      credential: { kind: 'secret', secret: SECRET },
      tenant: 'organizations',
      redirectUri: REDIRECT_URI,
      filesScope: 'Files.ReadWrite.All',
      endpoints: { loginUrl: emulator.url, graphUrl: emulator.url, fileHosts: [new URL(emulator.contentUrl).host] },
      now,
      ...appChanges,
    }),
    advance(seconds) {
      offset += seconds * 1000;
      emulator.control.advanceClock(seconds);
    },
    async connect({ app = emulated.app(), person = AUTHOR } = {}) {
      const started = await startConnection(app, { prompt: 'select_account' });
      const callback = await signIn(started.url, app.redirectUri, person);
      return finishConnection(app, callback, { ...started, redirectUri: app.redirectUri });
    },
    async open() {
      const app = emulated.app();
      const account = await emulated.connect({ app });
      return openConnection(app, account, now);
    },
    close: () => emulator.close(),
  };
  return emulated;
}

async function openConnection(app: MicrosoftApp, { tokens }: ConnectedAccount, now: () => Date) {
  const id = randomUUID();
  const sealing = createSealing([{ id: 'k1', key: new Uint8Array(randomBytes(32)) }]);
  const store = createMemoryStore({ now });
  await store.connect(id, sealTokens(sealing, { table: TABLE, id }, tokens));
  const vault = createTokenVault({
    store,
    sealing,
    table: TABLE,
    now,
    refresh: (token, signal) => refreshConnection(app, token, { signal }),
    randomId: randomUUID,
  });
  const graph = createGraph({ endpoints: app.endpoints, tokens: vault.tokensOf(id) });
  return { graph, vault, store, id };
}
