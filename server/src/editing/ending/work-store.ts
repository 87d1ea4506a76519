import { sql } from 'kysely';
import type { SignedIn } from '../../accounts/index.ts';
import type { Db } from '../../platform/database.ts';

interface WorkCounts {
  myWork: number;
  editingNow: number | null;
  decisions: number | null;
}

/** What stands beside "My work" and "Editing now". Asked for by every page, so one question to the database. */
export async function countWork(db: Db, person: SignedIn): Promise<WorkCounts> {
  const { rows } = await sql<{ mine: number; late: number; open: number; decisions: number }>`
    select
      (select count(*)::int from edit_session where starter_id = ${person.personId} and state in ${OPEN}) as mine,
      (select count(*)::int from follow_up_draft d join edit_session s on s.id = d.session_id
        where s.starter_id = ${person.personId} and d.state = 'waiting') as late,
      (select count(*)::int from edit_session where institution_id = ${person.institutionId} and state in ${OPEN}) as open,
      (select count(*)::int from edit_session where institution_id = ${person.institutionId}
        and state = 'needs-a-decision') as decisions`.execute(db);
  const [counted] = rows;
  const controls = person.roles.includes('document-controller');
  return {
    myWork: (counted?.mine ?? 0) + (counted?.late ?? 0),
    editingNow: controls ? (counted?.open ?? 0) : null,
    decisions: controls ? (counted?.decisions ?? 0) : null,
  };
}

const OPEN = sql.raw(`('starting', 'active', 'checking-in', 'needs-a-decision')`);
