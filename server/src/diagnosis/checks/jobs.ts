import { type Check, cannotTell, failure, found, notTested, ok } from '../finding.ts';
import { secondsSinceLastJob } from '../store.ts';

/** The sweeper comes round every few seconds. */
const STOPPED_AFTER_SECONDS = 300;

export const jobs: Check = {
  id: 'jobs',
  title: 'Jobs in the background',
  needs: ['database'],
  explainedBy: [],
  async run({ database, serverRuns }) {
    if (typeof database === 'string') return notTested('Not looked at without a database.');
    const seconds = await secondsSinceLastJob(database.db);
    if (seconds !== undefined && seconds < STOPPED_AFTER_SECONDS)
      return ok(`The last one ended ${Math.round(seconds)} s ago.`);
    if (!serverRuns) return notTested('No server is running, so no jobs are.');
    if (seconds === undefined) return cannotTell('No job has ended yet. Ask again in a minute.');
    return found([
      failure(
        'jobs_stopped',
        `No job has ended for ${Math.round(seconds / 60)} minutes.`,
        'Checkpoints, check-ins, clean-up and mail stand still; what was typed is safe in OneDrive.',
        'Look for “the job queue reports an error” in the log, and start the servers again.',
      ),
    ]);
  },
};
