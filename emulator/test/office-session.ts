import { type Emulator, startEmulator } from '../src/index.ts';
import { aConfig, graphFor, PASSWORD, tokensFor } from './cast.ts';
import { Person } from './playing-a-person.ts';

// biome-ignore lint/suspicious/noExplicitAny: the tests look into answers of the editor
type Json = any;

/** Ann's drive with files that she, and Bob if she shares them, have open in the browser; the editor is called as its page calls it. */
export interface OfficeSession {
  emulator: Emulator;
  graph: ReturnType<typeof graphFor>;
  upload(name: string, content: Uint8Array): Promise<OpenedFile>;
  /** The same file as Bob has it, to whom Ann gave that role. */
  share(file: OpenedFile, role: 'read' | 'write'): Promise<OpenedFile>;
  close(): Promise<void>;
}

interface OpenedFile {
  id: string;
  name: string;
  webUrl: string;
  /** The newest content, as Graph gives it. */
  download(): Promise<Uint8Array>;
  view(): Promise<Json>;
  /** Saves as one tab; every call is a new save unless `edit` says that it repeats one. */
  save(changes: Record<string, unknown>, options?: { tab?: string; base?: string; edit?: number }): Promise<Json>;
  call(method: string, path: string, body?: object, headers?: Record<string, string>): Promise<Response>;
}

const TAB = 'tab-one-of-ann';
/** To be told from the tab of whoever saves without naming one. */
export const OTHER_TAB = 'tab-two-of-ann';

export async function startOfficeSession(): Promise<OfficeSession> {
  const emulator = await startEmulator({ port: 0, config: aConfig({ behaviour: { rewriteOfficeFiles: false } }) });
  const graph = graphFor(emulator, (await tokensFor(emulator)).access);
  const ann = await signIn(emulator, 'ann@hospital.example');
  const bob = await signIn(emulator, 'bob@hospital.example');
  return {
    emulator,
    graph,
    close: () => emulator.close(),
    upload: async (name, content) => {
      const { body } = await graph('PUT', `/me/drive/root:/${name}:/content`, content);
      return openFile({ emulator, graph, cookie: ann.cookies }, body, name);
    },
    share: async (file, role) => {
      const recipients = [{ email: 'bob@hospital.example' }];
      const invitation = { recipients, roles: [role], requireSignIn: true, sendInvitation: false };
      await graph('POST', `/me/drive/items/${file.id}/invite`, invitation);
      return openFile({ emulator, graph, cookie: bob.cookies }, file, file.name);
    },
  };
}

async function signIn({ url, contentUrl }: Emulator, login: string): Promise<Person> {
  const person = new Person();
  const first = await person.open(`${url}/_signin?return_to=${encodeURIComponent(`${contentUrl}/`)}`);
  await person.signIn(first, login, PASSWORD);
  return person;
}

function openFile(
  { emulator, graph, cookie }: { emulator: Emulator; graph: OfficeSession['graph']; cookie: string },
  { id, webUrl }: { id: string; webUrl: string },
  name: string,
): OpenedFile {
  const kind = name.endsWith('.xlsx') ? 'workbooks' : 'presentations';
  const guid = new URL(webUrl).searchParams.get('sourcedoc') ?? '';
  const url = `${emulator.contentUrl}/_editor/${kind}/${encodeURIComponent(guid)}`;
  let edits = 0;
  const call: OpenedFile['call'] = (method, path, body, headers = {}) =>
    fetch(url + path, {
      method,
      headers: { cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const view = async () => (await call('GET', '/content')).json() as Json;
  return {
    id,
    name,
    webUrl,
    call,
    view,
    download: async () => {
      const { body } = await graph('GET', `/me/drive/items/${id}`);
      return new Uint8Array(await (await fetch(body['@microsoft.graph.downloadUrl'])).arrayBuffer());
    },
    save: async (changes, { tab = TAB, base, edit } = {}) => {
      const fields = Object.entries(changes).map(([key, value]) => ({ key, value, edit: edit ?? ++edits }));
      const response = await call('POST', '/fields', { base: base ?? (await view()).tag, tab, changes: fields });
      return { status: response.status, ...((await response.json()) as Json) };
    },
  };
}
