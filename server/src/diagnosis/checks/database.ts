import { type Check, failure, found, ok } from '../finding.ts';
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
      const { missing } = await readMigrations(opened);
      return ok(missing === 0 ? `${kind} answers.` : `${kind} answers; the next start brings it up to date.`);
    } catch {
      const remedy = 'Look at the log of the database; check that it runs and has room.';
      return found([failure('database_unreachable', `${kind} does not answer.`, WHY, remedy)]);
    }
  },
};
