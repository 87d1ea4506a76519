import type { FastifyReply } from 'fastify';
import type { Blobs } from '../platform/blobs.ts';
import { fileTypeOf } from './file-kinds.ts';
import { contentDisposition } from './file-names.ts';

export interface SentContent {
  sha256: string;
  size: number;
  fileName: string;
}

/** Streams kept content. A browser never guesses what it is, and shows nothing of it by itself unless `inline`. */
export async function sendContent(
  blobs: Blobs,
  reply: FastifyReply,
  content: SentContent,
  shown: 'attachment' | 'inline' = 'attachment',
): Promise<FastifyReply> {
  const stream = await blobs.open(content.sha256);
  return reply
    .header('content-type', fileTypeOf(content.fileName)?.contentType ?? 'application/octet-stream')
    .header('content-length', content.size)
    .header('content-disposition', contentDisposition(shown, content.fileName))
    .header('x-content-type-options', 'nosniff')
    .header('etag', `"${content.sha256}"`)
    .send(stream);
}
