import type { Item } from '../world/records.ts';
import type { GraphCall } from './call.ts';
import { type Json, presentItem } from './present.ts';

/** Somebody else's item as the caller's own drive lists it. */
export function presentRemote(call: GraphCall, item: Item): Json {
  const shown = presentItem(call, item);
  const { id, name, size, webUrl, file, folder, fileSystemInfo, parentReference } = shown;
  const { createdDateTime, lastModifiedDateTime, createdBy, lastModifiedBy } = shown;
  const kind = file === undefined ? { folder } : { file };
  const base = { createdDateTime, lastModifiedDateTime, id, name, size, webUrl };
  return {
    ...base,
    createdBy,
    lastModifiedBy,
    remoteItem: { ...base, ...kind, fileSystemInfo, parentReference, shared: shown.shared ?? {} },
  };
}
