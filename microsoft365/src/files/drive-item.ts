import { z } from 'zod';
import type { GraphAnswer } from '../graph/graph-answer.ts';
import { GraphError } from '../graph/graph-error.ts';

/** Where an item lies; survives rename and move. */
export interface DriveItemRef {
  driveId: string;
  itemId: string;
}

/** A file as Graph described it in one answer. */
export interface DriveItem extends DriveItemRef {
  name: string;
  size: number;
  /** Changes with any change; sent back letter for letter in `If-Match`. */
  eTag: string;
  /** Changes with the content; not every answer has it. */
  cTag?: string;
  webUrl: string;
  createdAt: Date;
  lastModifiedAt: Date;
  lastModifiedBy?: { tid?: string; oid?: string; name: string; email?: string };
  /** Whoever holds it can read the file: never log, never store. About an hour good. */
  downloadUrl?: string;
  /** That answer's `Date` header: how long ago something was is measured against it. */
  readAt: Date;
}

export const userSchema = z.object({
  id: z.string().nullish(),
  displayName: z.string().nullish(),
  email: z.string().nullish(),
  tenantId: z.string().nullish(),
});

const itemSchema = z.object({
  id: z.string().min(1),
  name: z.string(),
  size: z.number().nonnegative().default(0),
  eTag: z.string(),
  cTag: z.string().optional(),
  webUrl: z.string(),
  createdDateTime: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
  lastModifiedDateTime: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
  lastModifiedBy: z.object({ user: userSchema.nullish() }).nullish(),
  parentReference: z.object({ driveId: z.string().optional() }).optional(),
  '@microsoft.graph.downloadUrl': z.string().optional(),
});

/**
 * Reads a driveItem out of an answer.
 * @see https://learn.microsoft.com/graph/api/resources/driveitem
 */
export async function readDriveItem(answer: GraphAnswer, knownDriveId?: string): Promise<DriveItem> {
  const parsed = itemSchema.safeParse(await answer.json());
  const driveId = parsed.data?.parentReference?.driveId ?? knownDriveId;
  if (!parsed.success || driveId === undefined) throw incomplete(answer, parsed.error?.issues[0]?.path.join('.'));
  const { data } = parsed;
  return {
    driveId,
    itemId: data.id,
    name: data.name,
    size: data.size,
    eTag: data.eTag,
    cTag: data.cTag,
    webUrl: data.webUrl,
    createdAt: data.createdDateTime,
    lastModifiedAt: data.lastModifiedDateTime,
    lastModifiedBy: readPerson(data.lastModifiedBy?.user),
    downloadUrl: data['@microsoft.graph.downloadUrl'],
    readAt: answer.date,
  };
}

export function readPerson(user: z.infer<typeof userSchema> | null | undefined): DriveItem['lastModifiedBy'] {
  if (!user) return undefined;
  return {
    tid: user.tenantId ?? undefined,
    oid: user.id ?? undefined,
    name: user.displayName ?? user.email ?? '',
    email: user.email ?? undefined,
  };
}

/** The call worked, yet what came can't be used: for a writing call the effect is there. */
function incomplete(answer: GraphAnswer, field = 'parentReference.driveId'): GraphError {
  return new GraphError({
    status: answer.status,
    code: 'incomplete_item',
    kind: 'unavailable',
    requestId: answer.requestId,
    mayHaveHappened: true,
    cause: new Error(`field ${field}`),
  });
}

export function itemAddress(ref: DriveItemRef): string {
  return `/drives/${encodeURIComponent(ref.driveId)}/items/${encodeURIComponent(ref.itemId)}`;
}

/** Below the account's own drive; each name is encoded by itself, so that `#`, `%` and `'` stay names. */
export function pathAddress(path: readonly string[]): string {
  if (path.length === 0) return '/me/drive/root';
  return `/me/drive/root:/${path.map(encodeName).join('/')}`;
}

function encodeName(name: string): string {
  if (name === '' || name === '.' || name === '..') throw new TypeError('not a name in a drive');
  return encodeURIComponent(name).replace(/['()*!]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
