import type { Together } from '@megdocs/contract';
import type { ItemPermission } from '@megdocs/microsoft365';
import { listPermissions } from '@megdocs/microsoft365';
import type { TestClient } from './client.ts';
import type { EditingScene } from './editing-scene.ts';

/** What a test about people in one session asks. */
export interface TogetherScene {
  join(sessionId: string, who: TestClient): ReturnType<TestClient['post']>;
  together(sessionId: string, who?: TestClient): Promise<Together>;
  /** Everybody but the owner who has a right to the newest copy, as Microsoft shows it to the owner. */
  rights(): Promise<ItemPermission[]>;
  /** Calls that gave or took a right since this was asked last. */
  changesOfRights(): Promise<string[]>;
  /** What the person was told of this document, newest first. */
  told(who: TestClient): Promise<string[]>;
}

interface Told {
  text: string;
  link: string | null;
}

export function togetherScene(scene: EditingScene): TogetherScene {
  return {
    join: (sessionId, who) => who.post(`/api/edit-sessions/${sessionId}/join`),
    together: async (sessionId, who = scene.author) =>
      (await who.get(`/api/edit-sessions/${sessionId}/together`)).json(),
    async rights() {
      const all = await listPermissions(await scene.graph(), await scene.copy());
      return all.filter(({ roles }) => !roles.includes('owner'));
    },
    async changesOfRights() {
      const calls = await scene.graphCalls();
      return calls.filter((call) => /^(POST .*\/invite|DELETE .*\/permissions\/)/.test(call)).map(verbOf);
    },
    async told(who) {
      const { notifications } = (await who.get('/api/me/notifications')).json();
      return notifications.filter(({ link }: Told) => link?.includes(scene.documentId)).map(({ text }: Told) => text);
    },
  };
}

function verbOf(call: string): string {
  return call.startsWith('POST') ? 'invite' : 'withdraw';
}
