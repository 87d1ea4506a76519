import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { documentFile } from '@megdocs/fixtures';
import type { Graph, GraphAnswer } from '@megdocs/microsoft365';
import { sql } from 'kysely';
import type { Db } from '../../../server/src/platform/database.ts';
import type { Finding } from '../connections/measure.ts';
import { openStage, type Stage } from './stage.ts';

const SESSIONS = 1_000;
const PEOPLE = 200;
/** A quiet drive is asked once a minute: that is a round. More than half an hour of them, so that safety reads come too. */
const ROUND_SECONDS = 60;
const ROUNDS = 40;
const QUIET_BEFORE_SECONDS = 7_200;

/** What quiet drives cost: calls to Microsoft a round, for 1,000 open sessions of 200 people. */
export async function measureObserving(): Promise<Finding[]> {
  const stage = await openStage();
  try {
    const rounds = await countCalls(stage);
    const busiest = Math.max(...rounds.map(({ lists, reads }) => lists + reads));
    const reads = rounds.reduce((sum, round) => sum + round.reads, 0);
    return [
      {
        id: 'B1',
        what: `calls in the busiest of ${ROUNDS} rounds, ${SESSIONS} quiet sessions of ${PEOPLE} people`,
        value: busiest,
        unit: 'calls',
        bar: { atMost: PEOPLE },
        remark: `${rounds.map((round) => round.lists + round.reads).join(' ')}`,
      },
      {
        id: 'B2',
        what: 'of them reads of single items, in all rounds; each once in half an hour and some',
        value: reads,
        unit: 'calls',
        bar: { atLeast: SESSIONS },
      },
    ];
  } finally {
    await stage.close();
  }
}

interface Calls {
  /** Lists of changes. */
  lists: number;
  /** Reads of one item. */
  reads: number;
}

async function countCalls(stage: Stage): Promise<Calls[]> {
  const draft = await stage.draft('Quiet.docx', await readFile(documentFile('SOP-QA-014 Hand hygiene.docx')));
  if ('refused' in draft) throw new Error(draft.refused);
  const sessionId = await stage.open(draft.id);
  let calls: Calls = { lists: 0, reads: 0 };
  const now = await timeOf(stage.db);
  stage.app.accounts.graphFor = () => quietGraph(stage.app.accounts.endpoints, now, (kind) => (calls[kind] += 1));
  await multiply(stage.db, draft.id, sessionId);
  await settleDown(stage);
  const rounds: Calls[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    calls = { lists: 0, reads: 0 };
    await stage.pass(ROUND_SECONDS);
    await stage.app.editing.tend();
    rounds.push(calls);
  }
  return rounds;
}

/** The first rounds read every item once: that is what opening costs, not observing. */
async function settleDown(stage: Stage): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await stage.pass(ROUND_SECONDS);
    while ((await stage.app.editing.tend()) > 0);
  }
}

const E_TAG = '"{00000000-0000-0000-0000-000000000000},1"';
const C_TAG = '"c:{00000000-0000-0000-0000-000000000000},1"';

/** Microsoft as it is when nobody saves anything. */
function quietGraph(endpoints: Graph['endpoints'], now: Date, count: (kind: keyof Calls) => void): Graph {
  const answer = (body: object): GraphAnswer => ({
    status: 200,
    headers: {},
    date: now,
    json: async <T>() => body as T,
    body: Readable.from([]),
  });
  const savedAt = new Date(now.getTime() - QUIET_BEFORE_SECONDS * 1_000).toISOString();
  const unexpected = async (): Promise<never> => {
    throw new Error('Nobody asks for that while all is quiet');
  };
  return {
    endpoints,
    async request(_method, path) {
      if (path.includes('/root/delta')) {
        count('lists');
        return answer({ value: [], '@odata.deltaLink': `${endpoints.graphUrl}/v1.0/drives/x/root/delta?token=here` });
      }
      count('reads');
      const [, driveId, itemId] = /\/drives\/([^/]+)\/items\/([^/]+)$/.exec(path) ?? (await unexpected());
      const times = { createdDateTime: savedAt, lastModifiedDateTime: savedAt };
      const name = { name: 'Quiet.docx', size: 1, webUrl: endpoints.graphUrl, parentReference: { driveId } };
      return answer({ id: itemId, eTag: E_TAG, cTag: C_TAG, ...name, ...times });
    },
    fetchPreAuthenticated: unexpected,
    sendPreAuthenticated: unexpected,
  };
}

/** The one open session again and again: a document, a copy and a drive of their own for each, five to a person. */
async function multiply(db: Db, documentId: string, sessionId: string): Promise<void> {
  await sql`create temporary table staff as select n, gen_random_uuid() as person_id, gen_random_uuid() as integration_id
    from generate_series(0, ${PEOPLE - 1}::int) n`.execute(db);
  await sql`create temporary table work as select n, n % ${PEOPLE}::int as who, gen_random_uuid() as document_id
    from generate_series(0, ${SESSIONS - 1}::int) n`.execute(db);
  await sql`insert into person select (jsonb_populate_record(p, jsonb_build_object(
      'id', s.person_id, 'email', s.n || '@bench.example'))).*
    from staff s, person p where p.id = (select starter_id from edit_session where id = ${sessionId})`.execute(db);
  await sql`insert into oauth2_integration select (jsonb_populate_record(i, jsonb_build_object(
      'id', s.integration_id, 'person_id', s.person_id, 'oid', gen_random_uuid()))).*
    from staff s, oauth2_integration i
    where i.id = (select integration_id from edit_session where id = ${sessionId})`.execute(db);
  await sql`insert into document select (jsonb_populate_record(d, jsonb_build_object(
      'id', w.document_id, 'number', 'BENCH-' || w.n))).*
    from work w, document d where d.id = ${documentId}`.execute(db);
  await sql`insert into edit_session select (jsonb_populate_record(e, jsonb_build_object(
      'id', gen_random_uuid(), 'document_id', w.document_id, 'starter_id', s.person_id,
      'integration_id', s.integration_id, 'idempotency_key', 'bench-key-of-session-' || w.n,
      'folder_key', translate(lpad(w.n::text, 12, '0'), '0189', 'abcd'), 'drive_id', 'b!' || s.n, 'item_id', '01' || w.n,
      'collected_tag', ${JSON.stringify([E_TAG, C_TAG])}::text, 'last_seen_tag', ${JSON.stringify([E_TAG, C_TAG])}::text,
      'started_at', app_now() - make_interval(secs => ${QUIET_BEFORE_SECONDS}), 'last_saved_at', null,
      'lease_owner', null, 'lease_until', null, 'next_look_at', app_now()))).*
    from work w join staff s on s.n = w.who, edit_session e where e.id = ${sessionId}`.execute(db);
  await sql`update edit_session set state = 'discarded', ended_at = app_now(), next_look_at = null
    where id = ${sessionId}`.execute(db);
}

async function timeOf(db: Db): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select app_now() as now`.execute(db);
  return rows[0]?.now ?? new Date();
}
