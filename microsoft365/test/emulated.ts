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
  REFRESH_TOKEN_COLUMN,
  refreshConnection,
  sealTokens,
  startConnection,
  type TokenVault,
  type TokenVaultSettings,
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

/** One connected account in a store, and the processes that work with it. */
export interface Opened extends Process {
  store: MemoryStore;
  id: string;
  /** Another vault over the same store. */
  startProcess(over?: Partial<TokenVaultSettings>): Process;
  /** What a connect stores; a disconnect is the store's own. */
  reconnect(account: ConnectedAccount): Promise<void>;
  storedRefreshToken(): Promise<string>;
}

interface Process {
  vault: TokenVault;
  graph: Graph;
}

/** The library against an emulator of its own. */
export interface Emulated {
  emulator: Emulator;
  app(changes?: Partial<MicrosoftApp>): MicrosoftApp;
  /** Moves the emulator's clock and the one that the library gets. */
  advance(seconds: number): void;
  connect(given?: { app?: MicrosoftApp; person?: Person }): Promise<ConnectedAccount>;
  /** Connects the author, stores the tokens and answers what a host would work with. */
  open(): Promise<Opened>;
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

async function openConnection(app: MicrosoftApp, account: ConnectedAccount, now: () => Date): Promise<Opened> {
  const row = { table: TABLE, id: randomUUID() };
  const sealing = createSealing([{ id: 'k1', key: new Uint8Array(randomBytes(32)) }]);
  const store = createMemoryStore({ now });
  const reconnect = ({ tid, tokens }: ConnectedAccount) =>
    store.connect(row.id, { ...sealTokens(sealing, row, tokens), tenant: tid });
  await reconnect(account);
  const startProcess = (over: Partial<TokenVaultSettings> = {}): Process => {
    const vault = createTokenVault({
      store,
      sealing,
      table: TABLE,
      now,
      refresh: (token, signal) => refreshConnection(app, token, { signal }),
      randomId: randomUUID,
      ...over,
    });
    return { vault, graph: createGraph({ endpoints: app.endpoints, tokens: vault.tokensOf(row.id) }) };
  };
  return {
    ...startProcess(),
    store,
    id: row.id,
    startProcess,
    reconnect,
    async storedRefreshToken() {
      const sealed = (await store.read(row.id))?.sealedRefreshToken ?? new Uint8Array();
      return sealing.open(sealed, { ...row, column: REFRESH_TOKEN_COLUMN });
    },
  };
}
