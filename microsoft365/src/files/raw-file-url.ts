import { z } from 'zod';
import type { Graph } from '../graph/graph.ts';
import { type DriveItemRef, itemAddress } from './drive-item.ts';

const answerSchema = z.object({ webDavUrl: z.url().optional() });

/**
 * Where the file itself lies, not the page that opens it: what Office's desktop apps are given. Undefined where
 * Microsoft names none.
 * @see https://learn.microsoft.com/graph/api/resources/driveitem
 */
export async function rawFileUrl(graph: Graph, ref: DriveItemRef): Promise<string | undefined> {
  const answer = await graph.request('GET', itemAddress(ref), { query: { $select: 'id,webDavUrl' } });
  return answerSchema.parse(await answer.json()).webDavUrl;
}
