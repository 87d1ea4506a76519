import { people } from '@megdocs/fixtures';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentXml, type EditingScene, editingScene } from '../../test/editing-scene.ts';
import { connectMicrosoft } from '../../test/microsoft-pages.ts';

let first: EditingScene;
beforeAll(async () => {
  first = await editingScene();
});
afterAll(() => first.close());

type Step =
  | { do: 'start' | 'check-in' | 'discard' | 'revoke' | 'disconnect' | 'reconnect' | 'lock' | 'unlock' }
  | { do: 'save'; by: 'author' | 'author2' | 'reader'; copy: 'newest' | 'oldest' }
  | { do: 'cut'; method: 'GET' | 'PUT' | 'DELETE'; when: 'before' | 'after' }
  | { do: 'pass'; seconds: number };

const only = <T extends Step['do']>(step: T) => fc.constant({ do: step } as Extract<Step, { do: T }>);
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: only('start') },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constant('save' as const),
      by: fc.constantFrom('author' as const, 'author2' as const, 'reader' as const),
      copy: fc.constantFrom('newest' as const, 'oldest' as const),
    }),
  },
  { weight: 4, arbitrary: only('check-in') },
  { weight: 1, arbitrary: only('discard') },
  { weight: 1, arbitrary: only('revoke') },
  { weight: 1, arbitrary: only('disconnect') },
  { weight: 2, arbitrary: only('reconnect') },
  { weight: 1, arbitrary: only('lock') },
  { weight: 1, arbitrary: only('unlock') },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('cut' as const),
      method: fc.constantFrom('GET' as const, 'PUT' as const, 'DELETE' as const),
      when: fc.constantFrom('before' as const, 'after' as const),
    }),
  },
  { weight: 7, arbitrary: fc.record({ do: fc.constant('pass' as const), seconds: fc.constantFrom(4, 70, 400) }) },
);

/** One document, and for each copy what Microsoft has acknowledged: a save contains all that was saved before it. */
class Play {
  readonly scene: EditingScene;
  readonly acknowledged = new Map<string, string[]>();
  #markers = 0;
  #connected = true;

  constructor(scene: EditingScene) {
    this.scene = scene;
  }

  async take(step: Step): Promise<void> {
    const { scene } = this;
    const { control } = scene.emulator;
    switch (step.do) {
      case 'start':
        await scene.start();
        return;
      case 'save':
        return this.#save(step.by, step.copy);
      case 'check-in':
        await this.#onOpen((id) => scene.checkIn(id));
        return;
      case 'discard':
        await this.#onOpen((id) => scene.author.post(`/api/edit-sessions/${id}/discard`, { reason: 'Not wanted' }));
        return;
      case 'revoke':
        control.changeUser(people.author.email, { revokeSessions: true });
        this.#connected = false;
        return;
      case 'disconnect':
        await scene.author.postForm('/accounts/account/microsoft/disconnect', { when: 'now' });
        this.#connected = false;
        return;
      case 'reconnect':
        if (!this.#connected) await connectMicrosoft(scene.author, people.author);
        this.#connected = true;
        return;
      case 'lock':
      case 'unlock': {
        const change = step.do === 'lock' ? { open: people.author.email } : { close: people.author.email };
        for (const copy of await this.#copies()) await control.changeItem(copy.ref, change).catch(() => {});
        return;
      }
      case 'cut':
        scene.fault({ method: step.method, path: 'items|MEGDocs|download' }, { drop: step.when });
        return;
      case 'pass':
        return scene.pass(step.seconds);
    }
  }

  async #save(by: 'author' | 'author2' | 'reader', which: 'newest' | 'oldest'): Promise<void> {
    const copies = await this.#copies();
    const copy = which === 'newest' ? copies.at(-1) : copies[0];
    if (!copy) return;
    this.#markers += 1;
    const markers = [...(this.acknowledged.get(copy.id) ?? []), `marker ${this.#markers}.`];
    try {
      await this.scene.save(markers.join(' '), people[by].email, copy.ref);
      this.acknowledged.set(copy.id, markers);
    } catch {
      // Deleted meanwhile: Microsoft has acknowledged nothing.
    }
  }

  async #onOpen(work: (id: string) => Promise<unknown>): Promise<void> {
    const open = (await this.#sessions()).find(({ state }) => state === 'active' || state === 'checking-in');
    if (open) await work(open.id);
  }

  #sessions() {
    return this.scene.server.db
      .selectFrom('edit_session')
      .select(['id', 'state', 'drive_id', 'item_id'])
      .where('document_id', '=', this.scene.documentId)
      .orderBy('started_at')
      .execute();
  }

  async #copies() {
    return (await this.#sessions()).flatMap(({ id, drive_id, item_id }) =>
      drive_id && item_id ? [{ id, ref: { driveId: drive_id, itemId: item_id } }] : [],
    );
  }

  /** Whatever had happened, it is over now, and the sweeper has time. */
  async settle(): Promise<void> {
    this.scene.emulator.control.clearFaults();
    await this.take({ do: 'unlock' });
    await this.take({ do: 'reconnect' });
    for (let round = 0; round < 8; round++) await this.scene.pass(601);
  }

  /** Every text that MEGDocs holds of this document. */
  async kept(): Promise<string> {
    const { server, documentId } = this.scene;
    const { rows } = await sql<{ sha256: string }>`
      select sha256 from version where document_id = ${documentId}
      union select c.sha256 from edit_checkpoint c join edit_session s on s.id = c.session_id where s.document_id = ${documentId}
      union select sha256 from follow_up_draft where document_id = ${documentId}`.execute(server.db);
    const texts = await Promise.all(
      rows.map(async ({ sha256 }) => {
        const chunks: Buffer[] = [];
        for await (const chunk of await server.app.blobs.open(sha256)) chunks.push(chunk as Buffer);
        return documentXml(Buffer.concat(chunks));
      }),
    );
    return texts.join('\n');
  }

  async assertSound(): Promise<void> {
    const sessions = await this.#sessions();
    const open = sessions.filter(({ state }) =>
      ['starting', 'active', 'checking-in', 'needs-a-decision'].includes(state),
    );
    expect(open.length).toBeLessThanOrEqual(1);
    const kept = await this.kept();
    for (const markers of this.acknowledged.values()) for (const marker of markers) expect(kept).toContain(marker);
  }
}

describe('E7, E16: in whatever order things happen', () => {
  it('every save that Microsoft acknowledged is in a version, a checkpoint or a follow-up draft', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 4, maxLength: 14 }), async (order) => {
        const play = new Play(await first.another());
        await play.take({ do: 'start' });
        for (const step of order) await play.take(step);
        await play.settle();
        await play.assertSound();
      }),
      { seed: 20261125, numRuns: 10, endOnFailure: true },
    );
  }, 90_000);
});
