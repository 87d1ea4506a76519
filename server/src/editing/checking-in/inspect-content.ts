import type { InspectedFile } from '../../documents/index.ts';
import { Failure } from '../../platform/failures.ts';
import type { EditingRoom } from '../room.ts';

/** Looks into kept content that is to be a version. Throws `Failure` with the way out when it can't be one. */
export async function inspectContent(
  room: EditingRoom,
  content: { sha256: string; size: number },
  fileName: string,
): Promise<InspectedFile> {
  const { maxDocumentBytes } = room.config;
  if (content.size > maxDocumentBytes)
    throw new Failure(413, 'too_large', `It is larger than ${Math.floor(maxDocumentBytes / 1024 / 1024)} MB by now.`, {
      remedy: 'Make it smaller in Word: pictures are usually what is large.',
    });
  return room.blobs.asFile(content.sha256, (path) => room.documents.inspectFile(path, fileName));
}
