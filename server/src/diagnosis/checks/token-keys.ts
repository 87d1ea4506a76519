import { type Check, failure, found, notTested, ok } from '../finding.ts';

export const tokenKeys: Check = {
  id: 'token-keys',
  title: 'Keys of the stored tokens',
  needs: ['database'],
  explainedBy: ['environment'],
  async run({ accounts, startRefused }) {
    if (!accounts)
      return notTested(startRefused ? `Not looked at: ${startRefused}` : 'Not looked at: TOKEN_KEYS can not be read.');
    try {
      await accounts.assertKeysKnown();
      return ok('Every stored value was sealed with a key that TOKEN_KEYS holds.');
    } catch (error) {
      if (!(error instanceof Error) || !error.message.includes('TOKEN_KEYS')) throw error;
      return found([
        failure(
          'token_key_unknown',
          error.message,
          'The people whose tokens these are can not edit, and MEGDocs does not start.',
          'Put the lost key back behind the current one (back-ups of the configuration hold it). If it is gone for good, those people have to reconnect: see docs/operations.md, Keys.',
        ),
      ]);
    }
  },
};
