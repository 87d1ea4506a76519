import { readFile } from 'node:fs/promises';
import type { Download } from '@playwright/test';
import yauzl from 'yauzl';

/** The bytes that a person finds in their download folder. */
export async function readDownload(download: Download): Promise<Buffer> {
  return readFile(await download.path());
}

/** The running text of a Word document, from `word/document.xml`. */
export async function wordText(file: Buffer): Promise<string> {
  const xml = await readPart(file, 'word/document.xml');
  return [...xml.matchAll(/<w:t(?: [^>]*)?>([^<]*)<\/w:t>|<\/w:p>/g)].map((match) => match[1] ?? '\n').join('');
}

async function readPart(file: Buffer, name: string): Promise<string> {
  const zip = await yauzl.fromBufferPromise(file);
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName !== name) continue;
    const chunks: Buffer[] = [];
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  }
  throw new Error(`The file holds no ${name}`);
}
