import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import {
  type DocumentStep,
  documentFile,
  institutions,
  people,
  type SeedDocument,
  type SeededInstitution,
  type SeedTarget,
  seedCast,
  seedDocuments,
} from '@megdocs/fixtures';
import { type App, type Database, type Db, sql, type Tx } from '@megdocs/server';

type Content = { sha256: string; size: number; inspected: Awaited<ReturnType<App['documents']['inspectFile']>> };

/** The cast in an empty database: what `seedCast` needs of a server. */
function seedTarget(app: App): SeedTarget<Tx> {
  const { accounts, documents } = app;
  return {
    createInstitution: (tx, institution) => accounts.createInstitution(tx, institution),
    createTeam: (tx, team) => accounts.createTeam(tx, team),
    createPerson: (tx, person) => accounts.createPerson(tx, person),
    createFolder: (tx, folder) => documents.createFolder(tx, folder),
  };
}

/**
 * Fills an empty database with the demo, in one transaction: killed half-way, it begins anew. What happened weeks ago
 * is dated so: within the transaction, `app_now()` answers the day of each step.
 */
export async function seedDemo(app: App, database: Database): Promise<void> {
  if (await isSeeded(database.db)) return;
  const contents = new Map<string, Content>();
  for (const document of seedDocuments)
    for (const step of document.steps)
      if (step.do === 'upload' && !contents.has(step.file)) contents.set(step.file, await keepFile(app, step.file));

  await database.db.transaction().execute(async (tx) => {
    const seeded = new Map<string, SeededInstitution>();
    for (const institution of institutions)
      seeded.set(institution.slug, await seedCast(seedTarget(app), tx, institution));
    for (const document of seedDocuments) {
      const institution = seeded.get(document.institution);
      if (!institution) throw new Error(`The cast has no institution ${document.institution}`);
      await seedDocument(app, tx, institution, document, contents);
    }
    await setToday(tx, 0);
  });
}

async function isSeeded(db: Db): Promise<boolean> {
  const { rows } = await sql`select 1 from institution limit 1`.execute(db);
  return rows.length > 0;
}

async function keepFile(app: App, name: string): Promise<Content> {
  const file = await app.blobs.receive(createReadStream(documentFile(name)), { maxBytes: Number.POSITIVE_INFINITY });
  const inspected = await app.documents.inspectFile(file.path, basename(name));
  await app.blobs.keep(file);
  return { sha256: file.sha256, size: file.size, inspected };
}

async function seedDocument(
  app: App,
  tx: Tx,
  institution: SeededInstitution,
  document: SeedDocument,
  contents: ReadonlyMap<string, Content>,
): Promise<void> {
  let id: string | undefined;
  for (const step of document.steps) {
    await setToday(tx, step.daysAgo);
    id = await takeStep(app, tx, institution, document, contents, step, id);
  }
}

async function takeStep(
  app: App,
  tx: Tx,
  institution: SeededInstitution,
  document: SeedDocument,
  contents: ReadonlyMap<string, Content>,
  step: DocumentStep,
  documentId: string | undefined,
): Promise<string> {
  const by = idOf(institution.personIds, people[step.by].email);
  if (step.do !== 'upload') {
    if (!documentId) throw new Error(`${document.number} is ${step.do} before it exists`);
    await app.documents.transition(tx, { documentId, transition: step.do, by, comment: step.comment });
    return documentId;
  }
  const content = contents.get(step.file);
  if (!content) throw new Error(`${step.file} was not kept`);
  const upload = { by, ...content, fileName: basename(step.file), comment: step.comment };
  if (!documentId) {
    const made = await app.documents.createDocument(tx, {
      ...upload,
      institutionId: institution.id,
      folderId: idOf(institution.folderIds, document.folder),
      number: document.number,
      title: document.title,
      type: document.type,
      nextReview: dayFromNow(app, document.nextReviewInDays),
    });
    return made.id;
  }
  const facts = await app.documents.lock(tx, documentId);
  if (facts.state === 'published') await app.documents.transition(tx, { documentId, transition: 'revise', by });
  const editor = { name: people[step.by].name, personId: by, stranger: false };
  await app.documents.addVersion(tx, { ...upload, document: { id: documentId }, editors: [editor] });
  return documentId;
}

function idOf(ids: ReadonlyMap<string, string>, key: string): string {
  const id = ids.get(key);
  if (!id) throw new Error(`The cast has no ${key}`);
  return id;
}

function dayFromNow(app: App, days: number): string {
  return new Date(app.clock.now().getTime() + days * 86_400_000).toISOString().slice(0, 10);
}

/** DDL is part of the transaction: nobody else ever sees the moved clock. */
async function setToday(tx: Tx, daysAgo: number): Promise<void> {
  const moved = daysAgo === 0 ? 'clock_timestamp()' : `clock_timestamp() - interval '${Number(daysAgo)} days'`;
  await sql`${sql.raw(`create or replace function app_now() returns timestamptz language sql volatile as 'select ${moved.replaceAll("'", "''")}'`)}`.execute(
    tx,
  );
}
