import type { OneTimeLink } from '@megdocs/contract';
import { z } from 'zod';
import { recordAudit } from '../../platform/audit.ts';
import { againWhenTaken, type Db, inTransaction, type Tx } from '../../platform/database.ts';
import { issueLink } from '../links/issue-link.ts';
import type { AccountsDeps } from '../room.ts';
import { createPerson, createTeam } from './create-person.ts';
import { findInstitutionBySlug, findPersonByEmail, insertInstitution } from './people-store.ts';

export interface NewInstitution {
  name: string;
  slug: string;
  /** The first administrator, who gets a link to choose a password. */
  adminEmail?: string;
  adminName?: string;
}

export interface CreatedInstitution {
  id: string;
  /** The team that everybody belongs to. */
  everyoneTeamId: string;
  adminLink: OneTimeLink | undefined;
}

const EVERYONE_TEAM = 'All staff';

type Deps = Pick<AccountsDeps, 'random' | 'config'>;

/** Makes an institution with its everyone team, and a link for its first administrator. Errors are for the command line. */
export function createInstitution(deps: Deps, q: Db | Tx, given: NewInstitution): Promise<CreatedInstitution> {
  return q.isTransaction ? create(deps, q as Tx, given) : inTransaction(q, (tx) => create(deps, tx, given));
}

async function create(deps: Deps, tx: Tx, given: NewInstitution): Promise<CreatedInstitution> {
  if (await findInstitutionBySlug(tx, given.slug))
    throw new Error(`There is an institution with the slug "${given.slug}" already. Choose another one.`);
  const adminEmail = given.adminEmail?.trim().toLowerCase();
  if (adminEmail && (await findPersonByEmail(tx, adminEmail)))
    throw new Error(`${adminEmail} has an account already. Addresses are unique; give another one.`);
  const id = deps.random.uuid();
  await insertInstitution(tx, { id, name: given.name, slug: given.slug });
  const everyoneTeamId = await createTeam(tx, deps.random, { institutionId: id, name: EVERYONE_TEAM, everyone: true });
  if (!everyoneTeamId) throw new Error('A new institution had a team already.');
  await recordAudit(tx, {
    institutionId: id,
    personId: null,
    kind: 'institution_created',
    detail: { name: given.name, slug: given.slug },
  });
  const adminLink = adminEmail ? await inviteFirstAdmin(deps, tx, id, adminEmail, given.adminName) : undefined;
  return { id, everyoneTeamId, adminLink };
}

async function inviteFirstAdmin(
  deps: Deps,
  tx: Tx,
  institutionId: string,
  email: string,
  name: string | undefined,
): Promise<OneTimeLink> {
  const id = await createPerson(tx, deps.random, {
    institutionId,
    email,
    // Until they say how they are called.
    name: name ?? email.split('@')[0] ?? email,
    roles: ['institution-admin', 'document-controller'],
  });
  await recordAudit(tx, { institutionId, personId: null, kind: 'person_invited', detail: { person: id, email } });
  return issueLink(deps, tx, { id, institution_id: institutionId }, 'invitation', null);
}

const USAGE = 'npm run institution -- create NAME --slug SLUG --admin EMAIL';

const commandArguments = z.object({
  name: z.string().trim().min(1, `NAME is missing. Use: ${USAGE}`).max(120),
  slug: z
    .string(`--slug is missing. Use: ${USAGE}`)
    .regex(
      /^[a-z0-9][a-z0-9-]{0,39}$/,
      '--slug must be small letters, figures and hyphens, 40 at most, such as stmarys.',
    ),
  admin: z
    .string(`--admin is missing. Use: ${USAGE}`)
    .trim()
    .toLowerCase()
    .pipe(z.email('--admin must be an e-mail address.')),
});

export interface InstitutionCommandAnswer {
  name: string;
  slug: string;
  admin: string;
  link: string;
  expiresAt: string;
}

/** What the command line asks for, checked; throws one sentence. */
export async function institutionCommand(
  deps: Pick<AccountsDeps, 'random' | 'config' | 'db'>,
  args: Record<string, unknown>,
): Promise<InstitutionCommandAnswer> {
  const parsed = commandArguments.safeParse(args);
  if (!parsed.success) throw new Error(parsed.error.issues.map((issue) => issue.message).join('\n'));
  const { name, slug, admin } = parsed.data;
  const { adminLink } = await againWhenTaken(() => createInstitution(deps, deps.db, { name, slug, adminEmail: admin }));
  if (!adminLink) throw new Error('The first administrator has no link.');
  return { name, slug, admin, ...adminLink };
}
