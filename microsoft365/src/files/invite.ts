import { z } from 'zod';
import type { Graph } from '../graph/graph.ts';
import { type DriveItemRef, itemAddress } from './drive-item.ts';
import { findWriteGrant, type ItemPermission, listPermissions } from './permissions.ts';

/** What an invitation came to, as the permissions show it afterwards. */
export type Invited =
  | { kind: 'granted'; permission: ItemPermission }
  /** Microsoft answered, yet the person has no right: `code` is what the row said, if it said anything. */
  | { kind: 'refused'; code: string | undefined };

const answerSchema = z.object({
  value: z.array(z.looseObject({ error: z.looseObject({ code: z.string().nullish() }).nullish() })).nullish(),
});

/**
 * Lets one person of the drive's own organisation change an item, after signing in; no link is made and no mail sent.
 * Only what reading the permissions back shows counts: Microsoft answers 200 to invitations that gave nothing, and a
 * refusal may hide inside the row of an answer that succeeded. May be called again: whoever has the right keeps it.
 * @param oid the person's object id in the drive's tenant
 * @throws GraphError
 * @see https://learn.microsoft.com/graph/api/driveitem-invite
 */
export async function inviteToEdit(graph: Graph, ref: DriveItemRef, { oid }: { oid: string }): Promise<Invited> {
  const answer = await graph.request('POST', `${itemAddress(ref)}/invite`, {
    json: { recipients: [{ objectId: oid }], roles: ['write'], requireSignIn: true, sendInvitation: false },
  });
  const read = answerSchema.safeParse(await answer.json());
  const permission = findWriteGrant(await listPermissions(graph, ref), oid);
  if (permission) return { kind: 'granted', permission };
  const refused = read.success ? read.data.value?.find((row) => row.error) : undefined;
  return { kind: 'refused', code: refused?.error?.code ?? undefined };
}
