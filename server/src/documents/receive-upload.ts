import { PassThrough, type Readable } from 'node:stream';
import { FileTooLarge, type ReceivedFile } from '../platform/blobs.ts';
import { invalidField, tooLarge } from './errors.ts';
import { cleanFileName } from './file-names.ts';
import { type InspectedFile, inspectFile } from './inspection/inspect-file.ts';
import type { DocumentsRoom } from './room.ts';

export interface Upload {
  body: Readable;
  /** As the request says, if it does. */
  announcedBytes: number | undefined;
  fileName: string;
}

export interface TakenFile {
  sha256: string;
  size: number;
  fileName: string;
  inspected: InspectedFile;
}

/** Takes an upload to disk, looks into it and keeps it. What is refused leaves nothing behind. */
export async function receiveUpload(room: DocumentsRoom, upload: Upload): Promise<TakenFile> {
  const maxBytes = room.config.maxDocumentBytes;
  if ((upload.announcedBytes ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const fileName = cleanFileName(upload.fileName);
  const file = await receive(room, upload.body, maxBytes);
  try {
    const inspected = await inspectFile(file.path, fileName);
    await room.blobs.keep(file);
    return { sha256: file.sha256, size: file.size, fileName, inspected };
  } finally {
    await file.discard();
  }
}

async function receive(room: DocumentsRoom, body: Readable, maxBytes: number): Promise<ReceivedFile> {
  // It broke off while rights were looked up: from here on nothing would ever tell its end.
  if (body.destroyed) throw brokeOff();
  try {
    return await room.blobs.receive(drainWhenRefused(body, maxBytes), { maxBytes });
  } catch (error) {
    if (error instanceof FileTooLarge) throw tooLarge(maxBytes);
    if (body.destroyed) throw brokeOff();
    throw error;
  }
}

function brokeOff(): Error {
  return invalidField('body', 'The connection broke off before all of the file was there.');
}

/**
 * A request whose body is cut off loses its connection, and the person would never read why the file was refused.
 * So what is left of a refused body is read and thrown away, up to once more the limit.
 */
function drainWhenRefused(body: Readable, moreBytes: number): Readable {
  const through = new PassThrough();
  body.once('error', (error) => through.destroy(error));
  body.once('close', () => {
    if (!body.readableEnded) through.destroy(new Error('The body ended too early'));
  });
  through.once('close', () => {
    if (body.readableEnded || body.destroyed) return;
    let left = moreBytes;
    body.unpipe(through);
    body.on('data', (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) body.destroy();
    });
    body.resume();
  });
  return body.pipe(through);
}
