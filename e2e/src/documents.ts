import { basename } from 'node:path';
import { folders, uploaded } from '@megdocs/contract';
import { aDocument } from '@megdocs/fixtures';
import type { Page } from '@playwright/test';

export interface OwnDocument {
  id: string;
  number: string;
  title: string;
  address: string;
}

export const INFECTION_PREVENTION = 'Infection prevention';

/** A document that one journey has for itself, put there by the person who is signed in on that page. */
export async function makeDocument(page: Page, title: string, content = wordsOf(title)): Promise<OwnDocument> {
  const origin = new URL(page.url()).origin;
  const known = folders.parse(await (await page.request.get('/api/folders')).json()).folders;
  const folder = known.find((each) => each.name === INFECTION_PREVENTION);
  if (!folder) throw new Error(`There is no folder ${INFECTION_PREVENTION}`);
  const query = new URLSearchParams({ fileName: `${title}.docx` });
  const answer = await page.request.post(`/api/folders/${folder.id}/documents?${query}`, {
    headers: { origin, 'content-type': 'application/octet-stream' },
    data: content,
  });
  if (!answer.ok()) throw new Error(`${title} was not taken: ${answer.status()} ${await answer.text()}`);
  const { id, number } = uploaded.parse(await answer.json());
  return { id, number, title, address: `/documents/${id}/` };
}

/** A small Word document that says what it is for. */
export function wordsOf(...paragraphs: string[]): Buffer {
  return aDocument({ paragraphs: [...paragraphs, 'Wash your hands before you touch a patient.'] });
}

/** A file as a browser's file chooser hands it over. */
export function chosenFile(path: string, buffer: Buffer) {
  return { name: basename(path), mimeType: 'application/octet-stream', buffer };
}
