import { z } from 'zod';
import { previewUrlOf } from '../content/signed-urls.ts';
import { WorldRefusal } from '../world/records.ts';
import { readBody } from './body.ts';
import type { GraphCall } from './call.ts';
import { contextOf } from './drive-operations.ts';
import { GraphError } from './errors.ts';
import { getItem } from './find.ts';
import { DOCS, type GraphOperation, ITEM } from './operation.ts';
import type { Json } from './present.ts';

export const PREVIEW_OPERATION: GraphOperation = {
  method: 'POST',
  template: `${ITEM}/preview`,
  access: 'read',
  query: [],
  fidelity: 'full',
  note: 'A PDF of the text, or the file itself; good for an hour. `page` and `zoom` change nothing. Work drives only, as at Microsoft.',
  docs: `${DOCS}/driveitem-preview`,
  handle: preview,
};

const bodySchema = z.looseObject({
  page: z.union([z.string(), z.number()]).nullish(),
  zoom: z.number().nullish(),
});

async function preview(call: GraphCall): Promise<Json> {
  const item = getItem(call);
  if (call.world.files.driveById(item.driveId).kind === 'personal')
    throw new GraphError('invalidRequest', 'API not found');
  if (item.kind !== 'file') throw new WorldRefusal('notAFile');
  await readBody(call, bodySchema, ['page', 'zoom']);
  return {
    '@odata.context': contextOf(call, 'microsoft.graph.itemPreviewInfo'),
    getUrl: previewUrlOf(call, item),
    postParameters: null,
    postUrl: null,
  };
}
