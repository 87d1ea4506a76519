import { type Check, failure, found, ok } from '../finding.ts';

/** Whatever else would keep a server from starting: the same wiring as at a start, without listening. */
export const start: Check = {
  id: 'start',
  title: 'Start of the server',
  needs: ['environment', 'database', 'token-keys', 'files'],
  explainedBy: [],
  async run({ startRefused }) {
    if (startRefused === undefined) return ok('Nothing was found that would stop a start.');
    return found([
      failure(
        'start_refused',
        `A server does not start: ${startRefused}`,
        'Nobody can use MEGDocs.',
        'Mend what it says. If it says nothing that helps, start MEGDocs with LOG_LEVEL=debug and read its last lines.',
      ),
    ]);
  },
};
