import { sql } from 'kysely';
import type { Tx } from '../../platform/database.ts';

/** Removes what the rule of retention lets go, tells the trail, and answers how many. Their content is swept later. */
export async function removeCheckpoints(tx: Tx, keep: { newest: number; days: number }): Promise<number> {
  const { rows } = await sql<{ removed: number }>`
    with ranked as (
      select c.id, c.session_id, c.reason, s.ended_at,
        row_number() over (partition by c.session_id order by c.made_at desc, c.id) as newness,
        row_number() over (partition by c.session_id, date_trunc('hour', c.made_at)
          order by c.made_at desc, c.id) as in_hour
      from edit_checkpoint c join edit_session s on s.id = c.session_id
      where s.state <> 'needs-a-decision'
        and not exists (select 1 from follow_up_draft f where f.session_id = s.id and f.state = 'waiting')
        and not exists (select 1 from clean_up u where u.session_id = s.id and u.finished_at is null)),
    gone as (
      delete from edit_checkpoint c using ranked r where c.id = r.id and (
        r.ended_at < app_now() - make_interval(days => ${keep.days})
        or (r.newness > ${keep.newest} and r.in_hour > 1 and r.reason is null))
      returning c.institution_id, c.session_id),
    told as (
      insert into audit_entry (institution_id, kind, document_id, edit_session_id, detail)
      select g.institution_id, 'checkpoints_thinned', s.document_id, s.id, jsonb_build_object('count', count(*))
      from gone g join edit_session s on s.id = g.session_id
      group by g.institution_id, s.document_id, s.id)
    select count(*) as removed from gone`.execute(tx);
  return rows[0]?.removed ?? 0;
}
