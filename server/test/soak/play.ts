import { readFile } from 'node:fs/promises';
import { people } from '@megdocs/fixtures';
import type { TestClient } from '../client.ts';
import { type EditingScene, newKey, sourceFile } from '../editing-scene.ts';
import { connectMicrosoft } from '../microsoft-pages.ts';
import type { Power } from '../power.ts';
import type { Editor, Step } from './steps.ts';
import { type Copy, keptTexts, SimulatedWord } from './word.ts';

/** The people who act, each with a browser, and the power that can be cut. */
export interface Stage {
  scene: EditingScene;
  power: Power;
  clients: { author: TestClient; author2: TestClient; controller: TestClient; approver: TestClient };
  /** How often what happened, over all plays. */
  injected: Map<string, number>;
}

/** The clock runs on for weeks, and nobody's sign-in would last so long. */
export async function stayKnown({ clients }: Pick<Stage, 'clients'>): Promise<void> {
  for (const who of ['author', 'author2', 'controller', 'approver'] as const)
    if ((await clients[who].get('/api/me')).statusCode === 401)
      await clients[who].signIn(people[who].email, people[who].password);
}

/** One document, and whatever happens to it. */
export class Play {
  readonly scene: EditingScene;
  readonly word: SimulatedWord;
  /** Answers that no fault explains. */
  readonly unexplained: string[] = [];
  /** Sessions whose copy somebody deleted in OneDrive. */
  readonly deletedByHand = new Set<string>();
  readonly #stage: Stage;
  readonly #connected = { author: true, author2: true };
  #cutting = false;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.scene = stage.scene;
    this.word = new SimulatedWord(stage.scene);
  }

  async take(step: Step): Promise<void> {
    const { scene, word } = this;
    switch (step.do) {
      case 'start':
        return this.#ask(step.who, `/api/documents/${scene.documentId}/edit-sessions`, { idempotencyKey: newKey() });
      case 'save': {
        const copies = await this.copies();
        const copy = step.copy === 'newest' ? copies.at(-1) : copies[0];
        if (copy && (await word.save(copy, step.by, step.deletes))) this.#count(`save by ${step.by}`);
        return;
      }
      case 'check-in':
        return this.#onOpen(step.who, 'check-in', { idempotencyKey: newKey(), summary: 'Changed' });
      case 'save-and-go-on':
        return this.#onOpen(step.who, 'check-in', { idempotencyKey: newKey(), summary: 'Changed', goOn: true });
      case 'close':
        return this.#onOpen(step.who, 'close', {});
      case 'discard':
        return this.#onOpen(step.who, 'discard', { reason: 'Not wanted' });
      case 'join':
        return this.#onOpen(step.who, 'join', {});
      case 'take-over':
        return this.#continueElsewhere('take-over', step.who, step.who);
      case 'hand-over':
        return this.#continueElsewhere('hand-over', step.who, step.who === 'author' ? 'author2' : 'author');
      case 'decide':
        return this.#decide(step.how);
      case 'adopt':
      case 'dismiss':
        return this.#onDraft(step.do);
      case 'outsider':
        return this.#outsider(step.what);
      default:
        return this.#happen(step);
    }
  }

  /** What no person of the product does. */
  async #happen(step: Step): Promise<void> {
    const { scene } = this;
    const { control } = scene.emulator;
    const arm = (match: object, fault: object, times = 1) => scene.fault(match, fault as never, { times });
    switch (step.do) {
      case 'look-only':
      case 'rename':
      case 'delete-copy':
        return this.#inOneDrive(step.do);
      case 'lock':
      case 'unlock': {
        const change = step.do === 'lock' ? { open: people.author.email } : { close: people.author.email };
        for (const { ref } of await this.copies()) await control.changeItem(ref, change).catch(() => {});
        return this.#count(step.do);
      }
      case 'revoke':
        control.changeUser(people[step.who].email, { revokeSessions: true });
        this.#connected[step.who] = false;
        return this.#count('revoke');
      case 'disconnect':
        await this.#stage.clients[step.who].postForm('/accounts/account/microsoft/disconnect', { when: 'now' });
        this.#connected[step.who] = false;
        return this.#count('disconnect');
      case 'reconnect':
        return this.#reconnect(step.who);
      case 'cut':
        return arm({ method: step.method, path: ON_FILES }, { drop: step.when });
      case 'fail':
        return arm({ method: step.method, path: ON_FILES }, { status: step.status }, step.times);
      case 'throttle':
        return arm({ path: ON_FILES }, { throttle: { retryAfter: String(step.seconds) } });
      case 'truncate':
        return arm({ origin: 'content', method: 'GET' }, { truncateBody: 600 });
      case 'kill':
        return this.#kill(step);
      case 'tend-twice':
        await Promise.all([scene.server.app.editing.tend(), scene.server.app.editing.tend()]);
        return;
      case 'days':
        return this.#days();
      case 'pass':
        return scene.pass(step.seconds);
      default:
        throw new Error(`nobody knows how to ${step.do}`);
    }
  }

  /** Whatever had happened, it is over now, and the sweeper has time. */
  async settle(): Promise<void> {
    this.#countFaults();
    this.scene.emulator.control.clearFaults();
    await this.take({ do: 'unlock' });
    for (const who of ['author', 'author2'] as const) await this.#reconnect(who);
    for (let round = 0; round < 10; round++) await this.scene.pass(601);
  }

  async copies(): Promise<Copy[]> {
    const rows = await this.scene.server.db
      .selectFrom('edit_session')
      .select(['id', 'drive_id', 'item_id', 'source_sha256'])
      .where('document_id', '=', this.scene.documentId)
      .orderBy('started_at')
      .execute();
    return rows.flatMap(({ id, drive_id, item_id, source_sha256 }) =>
      drive_id && item_id
        ? [{ sessionId: id, ref: { driveId: drive_id, itemId: item_id }, sourceSha256: source_sha256 }]
        : [],
    );
  }

  /** Long enough that people are reminded, and at the second or third time abandoned. */
  async #days(): Promise<void> {
    await this.scene.pass(6 * 86_400);
    await this.scene.server.app.editing.expire();
    this.#count('days');
    await stayKnown(this.#stage);
  }

  async #kill({ after, during, who }: Extract<Step, { do: 'kill' }>): Promise<void> {
    const { power, clients } = this.#stage;
    // Steps are counted from the first request on.
    await clients[who].get('/api/me');
    await this.scene.server.clock.advance(30);
    this.#cutting = true;
    const lived = await power.cutAfter(after, () =>
      during === 'tend' ? this.scene.server.app.editing.tend() : this.take({ do: during, who }),
    );
    this.#cutting = false;
    if (lived) return;
    this.#count(`kill during ${during}`);
  }

  async #reconnect(who: Editor): Promise<void> {
    if (this.#connected[who]) return;
    await connectMicrosoft(this.#stage.clients[who], people[who]);
    this.#connected[who] = true;
    this.#count('reconnect');
  }

  async #inOneDrive(what: 'look-only' | 'rename' | 'delete-copy'): Promise<void> {
    const copy = (await this.copies()).at(-1);
    if (!copy || !this.#connected.author) return;
    const address = `/drives/${encodeURIComponent(copy.ref.driveId)}/items/${encodeURIComponent(copy.ref.itemId)}`;
    const graph = await this.scene.graph();
    const wasThere = await this.#isThere(copy);
    try {
      const answer = await (what === 'delete-copy'
        ? graph.request('DELETE', address)
        : graph.request('PATCH', address, {
            json: { name: `${what === 'rename' ? 'Renamed' : 'Looked at'} ${newKey()}.docx` },
          }));
      answer.body.resume();
      this.#count(what);
    } catch {
      // Locked, throttled, gone already; or done, and the answer was lost.
    }
    if (what !== 'delete-copy' || !wasThere || (await this.#isThere(copy))) return;
    this.deletedByHand.add(copy.sessionId);
    // What nobody had fetched yet went with it, by its person's own hand.
    this.word.forget(copy, (await keptTexts(this)).join('\n'));
  }

  async #isThere({ ref }: Copy): Promise<boolean> {
    try {
      await this.scene.emulator.control.changeItem(ref, { close: people.reader.email });
      return true;
    } catch {
      return false;
    }
  }

  async #continueElsewhere(how: 'take-over' | 'hand-over', who: Editor, to: Editor): Promise<void> {
    const toPersonId = (await this.#stage.clients[to].get('/api/me')).json().id;
    const anyway = this.word.saves % 2 === 0;
    return this.#onOpen(who, how, { idempotencyKey: newKey(), toPersonId, reason: 'Absent', anyway });
  }

  async #decide(how: 'recover' | 'discard'): Promise<void> {
    const open = await this.#open();
    if (open?.state !== 'needs-a-decision') return;
    const { controller } = this.#stage.clients;
    const checkpointId = (await controller.get(`/api/edit-sessions/${open.id}`)).json().checkpoints?.[0]?.id;
    const recover = how === 'recover' && checkpointId;
    return this.#ask(
      'controller',
      `/api/edit-sessions/${open.id}/decision`,
      recover ? { decision: 'recover', checkpointId, summary: 'Recovered' } : { decision: 'discard', reason: 'No' },
    );
  }

  async #onDraft(what: 'adopt' | 'dismiss'): Promise<void> {
    const draft = (await this.scene.drafts()).find(({ state }) => state === 'waiting');
    if (!draft) return;
    const body = what === 'adopt' ? { summary: 'Adopted' } : { reason: 'Not wanted' };
    return this.#ask('author', `/api/follow-up-drafts/${draft.id}/${what}`, body);
  }

  async #outsider(what: string): Promise<void> {
    const { clients } = this.#stage;
    const { documentId } = this.scene;
    if (what !== 'upload') {
      const version = (await this.scene.versions())[0];
      const who = what === 'publish' || what === 'send-back' ? 'approver' : 'author';
      const order = { transition: what, version, leaveOutLateSave: true };
      return this.#ask(who, `/api/documents/${documentId}/transitions`, order);
    }
    const address = `/api/documents/${documentId}/versions?fileName=Hand%20hygiene.docx&comment=From%20outside`;
    this.#note('upload', await clients.author.upload(address, await readFile(sourceFile)));
  }

  async #onOpen(who: Editor, what: string, body: object): Promise<void> {
    const open = await this.#open();
    if (open) await this.#ask(who, `/api/edit-sessions/${open.id}/${what}`, body);
  }

  async #open() {
    return this.scene.server.db
      .selectFrom('edit_session')
      .select(['id', 'state'])
      .where('document_id', '=', this.scene.documentId)
      .where('state', 'in', ['starting', 'active', 'checking-in', 'needs-a-decision'])
      .executeTakeFirst();
  }

  async #ask(who: keyof Stage['clients'], address: string, body: object): Promise<void> {
    const what = address.split('/').at(-1) ?? '';
    this.#note(what, await this.#stage.clients[who].post(address, body));
  }

  #note(what: string, { statusCode, body }: { statusCode: number; body: string }): void {
    this.#count(`${what}: ${statusCode < 300 ? 'done' : statusCode}`);
    if (statusCode !== 500 || this.#cutting) return;
    const { reference } = JSON.parse(body).error;
    const line = this.scene.server
      .logged()
      .split('\n')
      .find((each) => each.includes(reference) && each.includes('"err"'));
    this.unexplained.push(`${what}: 500, ${line ? JSON.stringify(JSON.parse(line).err) : reference}`);
  }

  #countFaults(): void {
    for (const { fault, fired, earlyReturns } of this.scene.emulator.control.faults()) {
      const kind = Object.entries(fault).map(([name, value]) => `${name} ${JSON.stringify(value)}`)[0] ?? '';
      if (fired > 0) this.#count(`fault ${kind}`, fired);
      if (earlyReturns > 0) this.#count('came back too early', earlyReturns);
    }
  }

  #count(what: string, times = 1): void {
    const { injected } = this.#stage;
    injected.set(what, (injected.get(what) ?? 0) + times);
  }
}

/** Calls on files, so that signing in and renewing tokens go through. */
const ON_FILES = 'items|MEGDocs|download|delta|permissions';
