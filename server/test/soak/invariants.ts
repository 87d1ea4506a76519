import { sql } from 'kysely';
import type { Play } from './play.ts';
import { keptTexts } from './word.ts';

const OPEN = ['starting', 'active', 'checking-in', 'needs-a-decision'];

/** Everything that is wrong with this document now; holds after every step. */
export async function wrongAtAnyTime({ scene }: Play): Promise<string[]> {
  const open = await scene.server.db
    .selectFrom('edit_session')
    .select('id')
    .where('document_id', '=', scene.documentId)
    .where('state', 'in', OPEN as never)
    .execute();
  return open.length > 1 ? [`${open.length} open sessions on one document`] : [];
}

/** Everything that is wrong once it has come to rest. */
export async function wrongAtTheEnd(play: Play): Promise<string[]> {
  return [
    ...play.unexplained,
    ...(await lostWords(play)),
    ...(await lostLastContents(play)),
    ...(await leftCopies(play)),
    ...(await leftRights(play)),
    ...(await changedByOthers(play)),
    ...(await gapsInTheStory(play)),
  ];
}

/** What is neither stored nor still in a copy that Microsoft holds. */
async function lostWords(play: Play): Promise<string[]> {
  const kept = (await keptTexts(play)).join('\n');
  const missing = play.word.mustBeKept().filter((marker) => !kept.includes(marker));
  if (missing.length === 0) return [];
  const inCopies = new Set<string>();
  for (const copy of await play.copies())
    if (await isThere(play, copy.ref)) for (const marker of play.word.markersOf(copy)) inCopies.add(marker);
  return missing
    .filter((marker) => !inCopies.has(marker))
    .map((marker) => `${marker} is lost: Microsoft had confirmed it, and no later save deleted it`);
}

/** What Microsoft confirmed last of each copy, to the byte of the text. A copy that its person deleted is no fault of ours. */
async function lostLastContents(play: Play): Promise<string[]> {
  const kept = new Set(await keptTexts(play));
  const wrong: string[] = [];
  for (const copy of await play.copies()) {
    const last = play.word.lastXmlOf(copy);
    if (!last || kept.has(last) || (await isThere(play, copy.ref)) || play.deletedByHand.has(copy.sessionId)) continue;
    wrong.push(`the last content of the copy of ${copy.sessionId} is stored nowhere`);
  }
  return wrong;
}

async function leftCopies(play: Play): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select s.id from edit_session s join clean_up c on c.session_id = s.id
    where s.document_id = ${play.scene.documentId} and c.state = 'done'`.execute(play.scene.server.db);
  const done = new Set(rows.map(({ id }) => id));
  const wrong: string[] = [];
  for (const copy of await play.copies())
    if (done.has(copy.sessionId) && (await isThere(play, copy.ref)))
      wrong.push(`the clean-up of ${copy.sessionId} says done, and the copy is still there`);
  return wrong;
}

/** Once the copy is gone, nobody is said to have a right to it. */
async function leftRights({ scene }: Play): Promise<string[]> {
  const { rows } = await sql<{ what: string }>`
    select p.session_id || ': a colleague is still ' || p.state as what from edit_participant p
      join clean_up c on c.session_id = p.session_id join edit_session s on s.id = p.session_id
      where s.document_id = ${scene.documentId} and c.state = 'done'
        and p.state in ('asked', 'granted', 'withdrawing')`.execute(scene.server.db);
  return rows.map(({ what }) => what);
}

async function isThere({ scene }: Play, ref: { driveId: string; itemId: string }): Promise<boolean> {
  const owner = await scene.server.db
    .selectFrom('edit_session')
    .select('starter_id')
    .where('item_id', '=', ref.itemId)
    .executeTakeFirstOrThrow();
  const integration = await scene.server.app.accounts.integrationOf(scene.server.db, owner.starter_id);
  if (!integration) throw new Error('whoever holds a copy is connected at the end');
  try {
    const graph = scene.server.app.accounts.graphFor(integration.id);
    const path = `/drives/${encodeURIComponent(ref.driveId)}/items/${encodeURIComponent(ref.itemId)}`;
    (await graph.request('GET', path)).body.resume();
    return true;
  } catch {
    return false;
  }
}

/** While a session was open, nothing but the session itself made a version or moved the document. */
async function changedByOthers({ scene }: Play): Promise<string[]> {
  const { rows } = await sql<{ what: string }>`
    select 'version ' || v.major || '.' || v.minor as what from version v
      join edit_session s on s.document_id = v.document_id
      where v.document_id = ${scene.documentId} and v.made_at > s.started_at and v.made_at < coalesce(s.ended_at, 'infinity')
        and v.id is distinct from s.result_version_id
        and not exists (select from check_in_order o where o.session_id = s.id and o.id = v.check_in_order_id)
    union all
    select a.kind from audit_entry a join edit_session s on s.document_id = a.document_id
      where a.document_id = ${scene.documentId} and a.at > s.started_at and a.at < coalesce(s.ended_at, 'infinity')
        and a.kind in ('sent_to_review', 'sent_back', 'published', 'revision_started', 'document_moved', 'late_save_adopted')
        and a.edit_session_id is distinct from s.id`.execute(scene.server.db);
  return rows.map(({ what }) => `${what} happened while a session was open, and not by it`);
}

const ENDED_BY: Record<string, string[]> = {
  ended: ['checked_in', 'decision_made'],
  discarded: ['edits_discarded', 'closed_without_version', 'decision_made'],
  'not-started': ['editing_not_started'],
  abandoned: ['edits_abandoned'],
};

/** The trail has one beginning and one end for every session, and a line for everything that is kept. */
async function gapsInTheStory({ scene }: Play): Promise<string[]> {
  const { rows } = await sql<{
    id: string;
    state: string;
    kinds: string[];
    goneOn: number;
    versionsOnTheWay: number;
    checkpoints: number;
    cleaned: boolean;
  }>`
    select s.id, s.state, (select count(*)::int from audit_entry a where a.detail->>'fromSession' = s.id::text) as "goneOn",
      (select count(*)::int from version v join check_in_order o on o.id = v.check_in_order_id
        where o.session_id = s.id and v.id is distinct from s.result_version_id) as "versionsOnTheWay", array(select a.kind from audit_entry a where a.edit_session_id = s.id) as kinds,
      (select count(*)::int from edit_checkpoint c where c.session_id = s.id and c.sha256 <> s.source_sha256) as checkpoints,
      exists (select from clean_up c where c.session_id = s.id and c.state = 'done') as cleaned
    from edit_session s where s.document_id = ${scene.documentId}`.execute(scene.server.db);
  const wrong: string[] = [];
  for (const { id, state, kinds, goneOn, versionsOnTheWay, checkpoints, cleaned } of rows) {
    const count = (...wanted: string[]) => kinds.filter((kind) => wanted.includes(kind)).length;
    const begun = count('editing_started', 'editing_taken_over', 'editing_handed_over');
    if (begun !== 1) wrong.push(`${id} began ${begun} times`);
    if (goneOn !== (state === 'taken-over' ? 1 : 0))
      wrong.push(`${id} is ${state}, and ${goneOn} others went on with it`);
    const ends = ENDED_BY[state];
    // Each version that was saved on the way tells of a check-in of its own.
    const told = ends ? count(...ends) - (state === 'ended' ? versionsOnTheWay : 0) : 1;
    if (told !== 1) wrong.push(`${id} is ${state}, and its trail tells of ${told} ends`);
    if (count('checkpoint_made') < checkpoints) wrong.push(`${id} has checkpoints that its trail does not know`);
    if (cleaned && count('copy_deleted') !== 1) wrong.push(`${id}: ${count('copy_deleted')} deletions in its trail`);
  }
  return wrong;
}
