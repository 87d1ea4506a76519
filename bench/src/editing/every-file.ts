// node bench/src/editing/every-file.ts FOLDER: every Word, Excel and PowerPoint file below FOLDER is uploaded, opened,
// changed in the emulator and checked in. Prints how many parts came back as they were; ends with 1 when one did not.
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { people } from '@megdocs/fixtures';
import { unzipSync } from 'fflate';
import { sql } from 'kysely';
import { changed } from './changes.ts';
import { openStage, type Stage } from './stage.ts';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('Name a folder of files: node bench/src/editing/every-file.ts FOLDER');
const stage = await openStage();
// With all that MEGDocs can put into a copy, so that all of it has to be gone again.
await sql`insert into editing_policy (institution_id, track_changes, stamp) select id, true, true from institution`.execute(
  stage.db,
);
let lost = 0;
try {
  for (const path of await filesIn(folder)) {
    const line = await walk(stage, path).catch((error: unknown) => {
      lost += 1;
      return `FAILED ${error instanceof Error ? error.message : error}`;
    });
    process.stdout.write(`${relative(folder, path).padEnd(44)} ${line}\n`);
  }
} finally {
  await stage.close();
}
process.exitCode = lost === 0 ? 0 : 1;

async function filesIn(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.(doc|xls|ppt)[xm]$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function walk({ draft, open, copyOf, emulator, author, app, pass }: Stage, path: string): Promise<string> {
  const content = await readFile(path);
  const fileName = basename(path);
  const document = await draft(fileName, content);
  if ('refused' in document) return `refused: ${document.refused}`;
  const sessionId = await open(document.id);
  const copy = await copyOf(sessionId);
  const inOneDrive = await download(app, copy);
  const change = changed(fileName, inOneDrive);
  const contentBase64 = Buffer.from(change.content).toString('base64');
  await emulator.control.changeItem(copy, { save: { by: people.author.email, contentBase64 } });
  await pass(90);
  const body = { idempotencyKey: `every-file-${sessionId}`.slice(0, 60), summary: 'A small change' };
  const answer = await author.post(`/api/edit-sessions/${sessionId}/check-in`, body);
  if (answer.json().result !== 'version') throw new Error(answer.body);
  const version = await author.get(`/api/documents/${document.id}/versions/${answer.json().version}/content`);
  return compare(fileName, content, version.rawPayload, change.touched);
}

async function download(app: Stage['app'], copy: Awaited<ReturnType<Stage['copyOf']>>): Promise<Uint8Array> {
  const graph = app.accounts.graphFor(copy.integrationId);
  const answer = await graph.request('GET', `/drives/${copy.driveId}/items/${copy.itemId}/content`);
  const { body } = await graph.fetchPreAuthenticated(String(answer.headers.location));
  return Buffer.concat(await body.toArray());
}

function compare(fileName: string, before: Uint8Array, after: Uint8Array, touched: readonly string[]): string {
  const [old, now] = [unzipSync(before), unzipSync(after)];
  const names = Object.keys(old).filter((name) => !name.endsWith('/'));
  const same = names.filter((name) => {
    const part = now[name];
    return part !== undefined && Buffer.from(part).equals(Buffer.from(old[name] ?? []));
  });
  const differ = names.filter((name) => !same.includes(name) && !touched.includes(name));
  const rewritten = differ.filter((name) => /^(docProps|customXml|_rels|\[Content_Types\])/.test(name));
  const broken = differ.filter((name) => !rewritten.includes(name));
  // The stamp and our switch for tracking are gone, and of the change not a letter is missing.
  const expected = unzipSync(changed(fileName, before).content);
  for (const name of touched)
    if (!Buffer.from(now[name] ?? []).equals(Buffer.from(expected[name] ?? []))) broken.push(name);
  if (broken.length > 0) {
    lost += 1;
    return `LOST ${broken.join(', ')}`;
  }
  return `${same.length} of ${names.length} parts as they were, ${touched.length} changed, ${rewritten.length} rewritten by SharePoint`;
}
