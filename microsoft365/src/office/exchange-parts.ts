import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { configure, Reader, TextReader, ZipWriter } from '@zip.js/zip.js';

// Workers would outlive the work, and two small parts are not worth one.
configure({ useWebWorkers: false, chunkSize: 1024 * 1024 });

/**
 * The package again with some parts exchanged, as a stream. All other parts keep their stored bytes: nothing else is
 * unpacked. What fails while it is written ends the stream with that error.
 */
export function exchangeParts(path: string, parts: ReadonlyMap<string, string>): Readable {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const written = writePackage(path, parts, writable);
  const stream = Readable.fromWeb(readable);
  written.catch((error: unknown) => stream.destroy(error instanceof Error ? error : new Error(String(error))));
  return stream;
}

async function writePackage(
  path: string,
  parts: ReadonlyMap<string, string>,
  writable: WritableStream<Uint8Array>,
): Promise<void> {
  const file = await open(path);
  try {
    const writer = new ZipWriter(writable, { extendedTimestamp: false, dataDescriptor: false, lastModDate: SAME_TIME });
    await writer.appendZip(new FileReader(file, (await file.stat()).size), {
      filter: (entry) => !parts.has(entry.filename),
    });
    for (const [name, text] of parts) await writer.add(name, new TextReader(text));
    await writer.close();
  } finally {
    await file.close();
  }
}

/** The same source makes the same bytes: an upload that was cut off goes on with them. */
const SAME_TIME = new Date(1980, 0, 1);

class FileReader extends Reader<FileHandle> {
  readonly #file: FileHandle;

  constructor(file: FileHandle, size: number) {
    super(file);
    this.#file = file;
    this.size = size;
  }

  override async readUint8Array(index: number, length: number): Promise<Uint8Array> {
    const buffer = new Uint8Array(Math.min(length, Math.max(0, this.size - index)));
    for (let filled = 0; filled < buffer.length; ) {
      const { bytesRead } = await this.#file.read(buffer, filled, buffer.length - filled, index + filled);
      if (bytesRead === 0) return buffer.subarray(0, filled);
      filled += bytesRead;
    }
    return buffer;
  }
}
