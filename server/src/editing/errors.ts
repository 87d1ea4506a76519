import { Failure } from '../platform/failures.ts';

/** Why a session in this state can't be acted on as asked. */
export function sessionClosed(state: string): Failure {
  if (state === 'needs-a-decision')
    return new Failure(
      409,
      'session_closed',
      'These edits wait for a document controller to decide what becomes of them.',
      {
        remedy: 'Ask a document controller of your institution.',
      },
    );
  if (state === 'starting')
    return new Failure(409, 'session_closed', 'The document is still on its way to OneDrive.', {
      remedy: 'Wait until it has opened, then try again.',
    });
  if (state === 'checking-in')
    return new Failure(409, 'session_closed', 'It is being checked in just now.', {
      remedy: 'Wait until the check-in is done.',
    });
  return new Failure(409, 'session_closed', 'This editing has ended already.', {
    remedy: 'Reload the page: the versions show what became of it.',
  });
}
