import type { Db, Tx } from '../../platform/database.ts';
import { activeWithRole } from '../people/people-store.ts';

/** The people who can change what the institution admits, by name. */
export async function whoAdmits(q: Db | Tx, institutionId: string): Promise<string> {
  const admins = await activeWithRole(q, institutionId, 'institution-admin');
  const names = admins.map(({ name }) => name);
  const last = names.pop();
  if (last === undefined) return 'Your institution has no administrator at the moment.';
  const all = names.length === 0 ? last : `${names.join(', ')} or ${last}`;
  return `${all} can admit it, under Administration, Microsoft 365.`;
}
