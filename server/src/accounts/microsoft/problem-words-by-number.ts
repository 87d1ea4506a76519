import type { AadstsNumber } from '@megdocs/microsoft365';
import { adminWordsOf } from './admin-words-by-number.ts';
import { administrator, app, approve, type ProblemWords, SEND_NOTE, you } from './problem-words.ts';

const mfa = you(
  'Your organisation asks for multi-factor sign-in again',
  'Reconnect and confirm with your second factor. Whatever you are editing waits and is not lost.',
);
const device = administrator(
  'Your organisation allows this only from a managed device',
  `Use a device that your organisation manages, or: ${SEND_NOTE.charAt(0).toLowerCase()}${SEND_NOTE.slice(1)}`,
);
const policy = administrator('A security policy of your organisation blocks this', SEND_NOTE);
const crossTenant = administrator('Your organisation does not allow access to this one', SEND_NOTE);
const wrongTenant = app('MEGDocs asks Microsoft for the wrong organisation');
const redirect = app('The return address of MEGDocs is not registered at Microsoft');
const permissions = app('The registration of MEGDocs lacks a permission');
const revoked = you(
  'The connection was revoked',
  'Your password was reset, or the connection was taken back. Reconnect your account; whatever you are editing waits and is not lost.',
);
const idle = you(
  'The connection was not used for too long',
  'Microsoft ends connections that rest for 90 days. Reconnect your account.',
);

const platform = app('MEGDocs is registered as another kind of app');
const ourRequest = app("Microsoft did not understand MEGDocs' request");
const tooLong = you(
  'The sign-in at Microsoft took too long',
  'Connect again from your account settings, and finish within ten minutes.',
);
const mixedUp = you(
  'This sign-in was mixed up with another one',
  'Perhaps two tabs were connecting at once, or the page was very old. Connect again, in one tab.',
);

const wordsByNumber: [ProblemWords, AadstsNumber[]][] = [
  [platform, [9002325, 9002326, 9002327, 700084]],
  [
    ourRequest,
    [
      9002313, 900144, 90014, 900561, 50147, 501491, 50149, 700054, 70005, 70003, 901002, 28002, 28003, 700022, 500112,
      70011,
    ],
  ],
  [mixedUp, [50148, 501481]],
  [tooLong, [50089]],
  [
    you(
      'This sign-in belongs to another organisation',
      'Connect again and choose the account of your own institution.',
    ),
    [700005],
  ],
  [you('The password was not right', 'Connect again and type it anew; Microsoft helps if it was forgotten.'), [50126]],
  [app('MEGDocs has been disabled at Microsoft'), [7000112, 70001]],
  [app('Microsoft does not know MEGDocs in this organisation'), [700016]],
  [
    you(
      'Microsoft asks for your consent again',
      'A permission was taken back, or was never given. Connect again and choose Accept.',
    ),
    [65001],
  ],
  [mfa, [50076, 50079, 50074, 50078, 50072, 50158]],
  [device, [53000, 53001, 53002, 50097]],
  [policy, [53003, 530032, 530035, 53004, 53011]],
  [crossTenant, [500212, 500213, 500021]],
  [wrongTenant, [50194, 50059, 9002332, 9001023, 90002, 90019, 900382, 90038]],
  [redirect, [50011, 500113]],
  [app('The return address of MEGDocs is not written as Microsoft wants it'), [90102]],
  [permissions, [65005, 650056, 650057, 500011]],
  [revoked, [50173, 50132, 50133]],
  [idle, [700082, 70008]],
  [
    you(
      'Your organisation asks you to sign in again',
      'It limits how long a sign-in lasts. Reconnect your account; whatever you are editing waits and is not lost.',
    ),
    [70043],
  ],
  [you('This sign-in was used already', 'Perhaps the page was loaded twice. Connect again.'), [54005]],
  [
    {
      ...administrator(
        'Your request for approval is on its way',
        'Your administrators were asked at Microsoft. When they have approved, come back and connect. You can also send them the note below.',
        approve,
      ),
      approval: true,
    },
    [90095],
  ],
  [administrator('Your account has not been given access to MEGDocs', SEND_NOTE), [50105]],
  [administrator('Your Microsoft account is disabled', SEND_NOTE), [50057]],
  [administrator('Your organisation lacks a service that MEGDocs needs', SEND_NOTE), [650052]],
  [
    administrator(
      'Microsoft does not find your account in this organisation',
      `Connect again and choose the account of your work. If it stays: ${SEND_NOTE.charAt(0).toLowerCase()}${SEND_NOTE.slice(1)}`,
    ),
    [51004, 50034, 50020],
  ],
  [
    you('A private Microsoft account can not be used here', 'Connect again and choose the account of your work.'),
    [500208],
  ],
  [
    you(
      'Your Microsoft password has expired',
      'Change it at Microsoft (sign in at office.com, which asks for a new one), then connect again.',
    ),
    [50055, 50144],
  ],
  [
    you(
      'Your Microsoft account is locked',
      'There were too many wrong attempts. Wait a few minutes, or ask your IT department, then connect again.',
    ),
    [50053],
  ],
  [app('MEGDocs showed Microsoft a wrong secret'), [7000215]],
  [app("MEGDocs' secret at Microsoft has expired"), [7000222]],
  [app('MEGDocs is registered as another kind of app'), [7000218, 700025]],
  [app("Microsoft does not accept MEGDocs' certificate"), [700027]],
  [app('Microsoft can not verify who MEGDocs is'), [50012]],
  [app('The clock of the MEGDocs server is wrong'), [700024]],
];

/**
 * Where Microsoft's number tells more than its class. Titles and what the person can do stand here, what the
 * administrator does in the table that the doctor speaks by as well.
 */
export const wordsOfNumber: ReadonlyMap<number, ProblemWords> = new Map(
  wordsByNumber.flatMap(([words, numbers]) =>
    numbers.map((number) => [number, withAdminWords(words, number)] as const),
  ),
);

/** The same number when a code is redeemed and not a refresh token: it is the code that was too old. */
export const codeTooOld: ProblemWords = tooLong;

function withAdminWords(words: ProblemWords, number: number): ProblemWords {
  const known = adminWordsOf(number);
  if (!known || words.approval) return words;
  const { remedy } = known;
  return { ...words, administratorMust: words.whoseTurn === 'you' ? null : remedy, forAdministrator: remedy };
}
