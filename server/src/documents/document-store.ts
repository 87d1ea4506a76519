import type { DocumentRole } from '@megdocs/contract';
import { type Db, sqlNow, type Tx } from '../platform/database.ts';

const USUAL_TYPE = 'document';

export async function insertDocument(
  tx: Tx,
  document: {
    id: string;
    institutionId: string;
    folderId: string;
    number: string;
    title: string;
    type?: string | undefined;
    by: string;
    nextReview?: string | null;
  },
): Promise<void> {
  await tx
    .insertInto('document')
    .values({
      id: document.id,
      institution_id: document.institutionId,
      folder_id: document.folderId,
      number: document.number,
      title: document.title,
      type: document.type ?? USUAL_TYPE,
      owner_id: document.by,
      state: 'draft',
      next_review: document.nextReview ?? null,
      newest_version_id: null,
      published_version_id: null,
      effective_from: null,
    })
    .execute();
}

export interface DetailsChange {
  title?: string | undefined;
  number?: string | undefined;
  type?: string | undefined;
  owner_id?: string | undefined;
  next_review?: string | null | undefined;
  folder_id?: string | undefined;
}

export async function updateDetails(tx: Tx, id: string, change: DetailsChange): Promise<void> {
  await tx
    .updateTable('document')
    .set({ ...change, changed_at: sqlNow })
    .where('id', '=', id)
    .execute();
}

/** Returns false when it was so already. */
export async function addRole(
  tx: Tx,
  institutionId: string,
  documentId: string,
  personId: string,
  role: DocumentRole,
): Promise<boolean> {
  const result = await tx
    .insertInto('document_role')
    .values({ institution_id: institutionId, document_id: documentId, person_id: personId, role })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows ?? 0) > 0;
}

export async function removeRole(tx: Tx, documentId: string, personId: string, role: DocumentRole): Promise<boolean> {
  const result = await tx
    .deleteFrom('document_role')
    .where('document_id', '=', documentId)
    .where('person_id', '=', personId)
    .where('role', '=', role)
    .executeTakeFirst();
  return Number(result.numDeletedRows) > 0;
}

export async function auditOf(q: Db | Tx, documentId: string, limit: number) {
  return q
    .selectFrom('audit_entry')
    .leftJoin('person', 'person.id', 'audit_entry.person_id')
    .select(['audit_entry.id', 'audit_entry.at', 'audit_entry.kind', 'audit_entry.detail', 'person.name as who'])
    .where('audit_entry.document_id', '=', documentId)
    .orderBy('audit_entry.id', 'desc')
    .limit(limit)
    .execute();
}
