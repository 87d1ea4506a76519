import { type CastPerson, people } from '@megdocs/fixtures';
import type { Emulator } from 'microsoft365-emulator';
import type { TestClient } from './client.ts';
import { startTestServer, type TestServer } from './harness.ts';
import { signInAtMicrosoft } from './microsoft-pages.ts';

type Account = Pick<CastPerson, 'email' | 'password'>;

/** A server beside Microsoft, and what a person does between the two. */
export interface ConnectingScene {
  server: TestServer;
  emulator: Emulator;
  /** Presses "Connect"; answers the address at Microsoft that the browser is sent to. */
  press(client: TestClient, returnTo?: string): Promise<URL>;
  /** Acts at Microsoft; answers the callback that the browser is sent back to. */
  atMicrosoft(start: URL, account: Account, choice?: 'accept' | 'cancel'): Promise<string>;
  /** All of it; answers where the callback leads. */
  connect(client: TestClient, account: Account): Promise<string>;
  /** What the page at the end of a failed flow shows. */
  problem(client: TestClient, page: string): Promise<Record<string, unknown>>;
  tokenCalls(): number;
  audit(who: keyof typeof people): Promise<{ kind: string; detail: unknown }[]>;
  close(): Promise<void>;
}

const ORIGIN = 'http://localhost:3000/';

export async function connectingScene(environment: Record<string, string> = {}): Promise<ConnectingScene> {
  const server = await startTestServer({ emulator: true, environment });
  const { emulator, db } = server;
  if (!emulator) throw new Error('no emulator');
  const scene: ConnectingScene = {
    server,
    emulator,
    async press(client, returnTo) {
      const answer = await client.postForm('/accounts/account/microsoft/connect', returnTo ? { returnTo } : {});
      if (answer.statusCode !== 303) throw new Error(`Connecting does not start: ${answer.statusCode} ${answer.body}`);
      return new URL(String(answer.headers.location), ORIGIN);
    },
    async atMicrosoft(start, account, choice) {
      const back = await signInAtMicrosoft(start.href, account, ORIGIN, choice);
      return back.pathname + back.search;
    },
    async connect(client, account) {
      const callback = await scene.atMicrosoft(await scene.press(client), account);
      return String((await client.get(callback)).headers.location);
    },
    async problem(client, page) {
      const id = /^\/accounts\/account\/microsoft\/outcome\/([^/]+)\/$/.exec(page)?.[1];
      if (!id) throw new Error(`${page} is no page of an outcome`);
      const outcome = (await client.get(`/api/integrations/microsoft/outcomes/${id}`)).json();
      if (outcome.result !== 'failed') throw new Error(`Not failed: ${JSON.stringify(outcome)}`);
      return outcome.problem;
    },
    tokenCalls: () => emulator.control.requests().filter(({ path }) => path.endsWith('/oauth2/v2.0/token')).length,
    async audit(who) {
      return db
        .selectFrom('audit_entry as a')
        .innerJoin('person as p', 'p.id', 'a.person_id')
        .select(['a.kind', 'a.detail'])
        .where('p.email', '=', people[who].email)
        .where('a.kind', 'like', 'microsoft_%')
        .orderBy('a.id')
        .execute();
    },
    close: () => server.close(),
  };
  return scene;
}
