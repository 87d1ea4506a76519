import { type Check, failure, found, type NewFinding, ok } from '../finding.ts';
import { readMigrations } from '../store.ts';

const WHY = 'Nothing works without it: nobody can sign in, nothing can be read.';

export const database: Check = {
  id: 'database',
  title: 'Database',
  needs: [],
  explainedBy: ['environment'],
  async run({ database: opened, config }) {
    if (typeof opened === 'string') {
      const remedy = config.databaseUrl
        ? 'Check host, port, name and password in DATABASE_URL, and that this machine may connect.'
        : `Check who may write to ${config.dataDir} (DATA_DIR), and whether another process holds it.`;
      return found([failure('database_unreachable', opened, WHY, remedy)]);
    }
    const kind = opened.kind === 'pglite' ? 'The embedded database' : 'PostgreSQL';
    try {
      const { missing, fresh } = await readMigrations(opened);
      if (fresh) return ok(`${kind} answers and is empty: MEGDocs has not been started with it yet.`);
      return ok(missing === 0 ? `${kind} answers.` : `${kind} answers; the next start brings it up to date.`);
    } catch (error) {
      return found([ofConnecting(error, kind)]);
    }
  },
};

/** The pool connects when it is first asked, so it is here that a wrong DATABASE_URL shows. */
function ofConnecting(error: unknown, kind: string): NewFinding {
  switch (codeOf(error)) {
    case '28P01':
    case '28000':
      return failure(
        'database_sign_in_refused',
        'PostgreSQL refuses the name or the password in DATABASE_URL.',
        WHY,
        'Correct name and password in DATABASE_URL (special characters percent-encoded), and see whether pg_hba.conf lets this machine in.',
      );
    case '3D000':
      return failure(
        'database_missing',
        'PostgreSQL answers, but the database that DATABASE_URL names does not exist there.',
        WHY,
        'Make it (createdb), or correct the name at the end of DATABASE_URL.',
      );
    case 'ECONNREFUSED':
      return failure(
        'database_refused',
        'Nobody listens at the host and port of DATABASE_URL.',
        WHY,
        'Start PostgreSQL, or correct host and port in DATABASE_URL; it must listen on that address (listen_addresses).',
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return failure(
        'database_host_unknown',
        'The host in DATABASE_URL is not known to this machine’s DNS.',
        WHY,
        'Correct the host in DATABASE_URL.',
      );
    default:
      return failure(
        'database_unreachable',
        `${kind} does not answer.`,
        WHY,
        'Check host and port of DATABASE_URL and the firewall between; look at the log of the database, whether it runs and has room.',
      );
  }
}

/** Of the first address where a name has several. */
function codeOf(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error && 'code' in first ? String(first.code) : '';
}
