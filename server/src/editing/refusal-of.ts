import { ConnectionUnavailable, FolderKeyTaken, GraphError, type UnavailableReason } from '@megdocs/microsoft365';
import { Failure } from '../platform/failures.ts';

/** Neither the person nor an administrator mends these: the same may work in a moment. */
const PASSING: UnavailableReason[] = ['microsoft_unreachable', 'store_unavailable'];

/** What Microsoft refused for good: no copy was made, and trying again by ourselves would change nothing. */
export function refusalOf(error: unknown): Failure | undefined {
  if (error instanceof ConnectionUnavailable && error.reason === 'app_misconfigured')
    return new Failure(503, 'microsoft_refused', 'Microsoft refuses MEGDocs itself at the moment, not your account.', {
      remedy: "Tell your administrator: the app's credential has to be renewed. Your connection stays as it is.",
      cause: error,
    });
  if (error instanceof ConnectionUnavailable && !PASSING.includes(error.reason))
    return new Failure(409, 'reconnect_needed', 'Microsoft asks you to connect your account again.', {
      remedy: 'Reconnect under Account settings, Microsoft; then edit. Nothing was lost.',
      cause: error,
    });
  if (error instanceof FolderKeyTaken)
    return new Failure(409, 'microsoft_refused', 'Other files lie where MEGDocs wanted to put the copy, twice over.', {
      remedy: 'They were left alone. Try again; if it stays, look into the folder MEGDocs in your OneDrive.',
      cause: error,
    });
  if (!(error instanceof GraphError) || error.mayHaveHappened) return undefined;
  switch (error.kind) {
    case 'full':
      return new Failure(409, 'drive_full', 'Your OneDrive is full.', {
        remedy: 'Make room in OneDrive or ask your administrator for more, then edit.',
        cause: error,
      });
    case 'not-found':
      return new Failure(409, 'drive_missing', 'Your Microsoft account has no OneDrive yet.', {
        remedy:
          'Open OneDrive once in the browser. If it is not offered, your administrator has to give you a licence for it.',
        cause: error,
      });
    case 'forbidden':
    case 'unauthorized':
    case 'invalid':
    case 'too-large':
    case 'conflict':
      return new Failure(
        409,
        'microsoft_refused',
        'Microsoft does not let MEGDocs put the document into your OneDrive.',
        {
          remedy: 'Ask your administrator whether your organisation allows apps to write to OneDrive.',
          cause: error,
        },
      );
    default:
      return undefined;
  }
}
