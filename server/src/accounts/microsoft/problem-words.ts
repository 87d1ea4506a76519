import type { ConnectionErrorCode } from '@megdocs/microsoft365';

/** What a person reads about one way in which a connection can fail. */
export interface ProblemWords {
  title: string;
  whoseTurn: 'you' | 'your-administrator' | 'nobody';
  youCan: string | null;
  /** Null: there is nothing for them to do. */
  administratorMust: string | null;
  /** One sentence for them in any case, as `docs/aadsts.md` has it: what to do, or when to look closer. */
  forAdministrator: string;
  /** The note for the administrator holds the link by which a tenant is approved. */
  approval?: boolean;
  tryAgain: boolean;
}

/** How a flow can fail on our side, beyond what Microsoft says. */
export type OwnProblem =
  | 'flow_not_known'
  | 'flow_too_old'
  | 'flow_interrupted'
  | 'held_too_long'
  | 'held_declined'
  | 'policy_forbids_tenant'
  | 'policy_forbids_personal'
  | 'account_in_use'
  | 'files_permission_missing'
  | 'person_deactivated';

export type ProblemCode = ConnectionErrorCode | OwnProblem;

export const SEND_NOTE = 'Send the note below to your IT department.';
const UNTOUCHED = 'Nothing was connected, and your documents are unaffected.';

const THEIR_OWN =
  "Nothing: the person mends it. If it comes back, look the sign-in up in Entra's sign-in logs by the correlation id.";
export const you = (title: string, youCan: string, forAdministrator = THEIR_OWN): ProblemWords => ({
  title,
  whoseTurn: 'you',
  youCan,
  administratorMust: null,
  forAdministrator,
  tryAgain: true,
});
/** Without words of their own: those of the table by number. */
export const administrator = (title: string, youCan: string, administratorMust = ''): ProblemWords => ({
  title,
  whoseTurn: 'your-administrator',
  youCan,
  administratorMust,
  forAdministrator: administratorMust,
  tryAgain: true,
});
const nobody = (title: string, youCan: string): ProblemWords => ({
  title,
  whoseTurn: 'nobody',
  youCan,
  administratorMust: null,
  forAdministrator:
    "Nothing: it passes, and MEGDocs goes on by itself. If it stays, look at Microsoft's service health.",
  tryAgain: true,
});

export const app = (title: string, administratorMust = ''): ProblemWords =>
  administrator(
    title,
    `You did nothing wrong. ${SEND_NOTE} Whoever runs MEGDocs at your institution has to mend it.`,
    administratorMust,
  );

const startAgain = 'Connect again from your account settings, and finish within ten minutes in the same browser.';
export const approve =
  'Open the approval link, signed in as somebody who may consent for the whole tenant (a Cloud Application Administrator, for example). Read the permissions and choose Accept: it counts for everybody. It can be revoked at any time in Entra, under Enterprise applications.';

export const wordsByCode: Record<ProblemCode, ProblemWords> = {
  flow_not_known: you('This sign-in at Microsoft is not known here', `${startAgain} ${UNTOUCHED}`),
  flow_too_old: you('The sign-in at Microsoft took too long', `${startAgain} ${UNTOUCHED}`),
  flow_interrupted: you(
    'Connecting was interrupted',
    `MEGDocs was cut off while it talked to Microsoft. ${startAgain}`,
  ),
  held_too_long: you(
    'The question about the other account was not answered in time',
    'MEGDocs has forgotten that account. If you want to use it, connect again and answer within ten minutes.',
  ),
  held_declined: you(
    'The other account was not taken',
    'MEGDocs has forgotten it, and everything stays as it was. To use an account, connect again and choose it.',
  ),
  policy_forbids_tenant: administrator(
    'Your institution does not admit accounts of this organisation',
    'Connect the account that your institution gave you. If this one should be admitted, send the note below.',
    'Somebody who is an administrator in MEGDocs admits the tenant of this account under Administration, Microsoft 365, Accounts that are admitted; or the person uses another account.',
  ),
  policy_forbids_personal: administrator(
    'Your institution does not admit personal Microsoft accounts',
    'Connect the account that your institution gave you. If personal accounts should be admitted, send the note below.',
    'Somebody who is an administrator in MEGDocs admits personal accounts under Administration, Microsoft 365, Accounts that are admitted; or the person uses another account.',
  ),
  account_in_use: administrator(
    'This Microsoft account can not be connected here',
    `It is in use already. Sign in to Microsoft with your own account. If this one is yours, send the note below to your IT department.`,
    'Find out to whom the Microsoft account belongs. Each account can be connected by one person only; whoever connected it can disconnect it under Account settings, Microsoft.',
  ),
  files_permission_missing: you(
    'Microsoft connected you without the permission for files',
    'Without it no document can be put into your OneDrive. Connect again and accept all permissions. If Microsoft does not offer them, ask your IT department.',
  ),
  person_deactivated: you('Your account here is not active', 'Ask an administrator of your institution.'),

  consent_declined: you(
    'You did not accept the permissions',
    `${UNTOUCHED} If you change your mind, connect again and choose Accept. Your account settings say what each permission is for.`,
  ),
  consent_required: you(
    'Microsoft asks for your consent again',
    'A permission was taken back. Connect again and choose Accept.',
  ),
  admin_approval_needed: {
    ...administrator(
      'Your organisation has to approve MEGDocs first',
      `You did nothing wrong, and your documents are unaffected. ${SEND_NOTE} When they have approved, come back and connect: it then takes a minute.`,
      approve,
    ),
    approval: true,
  },
  access_blocked: administrator(
    'A rule of your organisation does not let you connect',
    `Microsoft refused by a rule that your organisation set. ${SEND_NOTE} If you pressed Cancel yourself, connect again.`,
    "Look up this sign-in in Entra's sign-in logs by the correlation id; it names the policy. Change the policy or except the app from it.",
  ),
  account_not_usable: you(
    'This Microsoft account can not be used here',
    'Connect again and choose the account of your work. If you have only this one, ask your IT department.',
  ),
  tenant_not_allowed: you(
    'Accounts of this organisation can not be used here',
    'Connect again and choose the account of your own institution, not a private one or one of another organisation.',
  ),
  grant_refused: you(
    'Microsoft no longer accepts the connection',
    'Reconnect your account. Whatever you are editing waits and is not lost.',
  ),
  rotation_lost: you(
    'The connection to Microsoft broke while it was renewed',
    'Reconnect your account. Whatever you are editing waits and is not lost.',
  ),
  token_refused: you(
    'Microsoft no longer accepts the connection',
    'Reconnect your account. Whatever you are editing waits and is not lost.',
  ),
  interaction_required: you(
    'Microsoft wants you to sign in again',
    'Your organisation asks for it, perhaps with a second factor. Reconnect and follow what Microsoft asks.',
  ),
  missing_refresh_token: app(
    'Microsoft did not allow a lasting connection',
    'Allow the app the delegated permission offline_access, and check that its platform is "Web".',
  ),
  client_credential_refused: app(
    'Microsoft does not recognise MEGDocs any more',
    "Renew the app's secret or certificate in its registration in Entra, and put it into the configuration of MEGDocs.",
  ),
  client_credential_invalid: app(
    'MEGDocs can not prove to Microsoft who it is',
    'The certificate and the private key in the configuration of MEGDocs do not belong together, or can not be read. Check MICROSOFT_CERTIFICATE_FILE and MICROSOFT_PRIVATE_KEY_FILE.',
  ),
  clock_wrong: app(
    'The clock of MEGDocs is wrong',
    "The server's clock and Microsoft's differ by more than a minute. Set the clock of the server right, and keep it right by NTP.",
  ),
  app_not_found: app(
    'Microsoft does not know MEGDocs in this organisation',
    'Check the client id and the tenant in the configuration of MEGDocs, and that the app registration exists and is enabled.',
  ),
  app_misconfigured: app(
    'Something about the registration of MEGDocs at Microsoft is not right',
    'Compare the app registration with the configuration of MEGDocs: redirect URI, platform "Web", permissions, tenant.',
  ),
  response_untrusted: nobody(
    "Microsoft's answer did not pass our checks",
    `It was dropped for your safety. ${UNTOUCHED} Connect again; if it stays, tell your administrator the reference.`,
  ),
  loop_detected: nobody(
    'Microsoft asks for a pause',
    'It saw the same request too often. Wait five minutes, then connect again.',
  ),
  microsoft_throttled: nobody('Microsoft is busy', 'Wait a few minutes, then connect again.'),
  microsoft_unavailable: nobody('Microsoft has a problem at the moment', 'Wait a few minutes, then connect again.'),
  microsoft_timed_out: nobody('Microsoft did not answer in time', 'Try again in a moment.'),
  microsoft_unreachable: {
    ...nobody('MEGDocs can not reach Microsoft', 'Try again in a moment. If it stays, tell your administrator.'),
    administratorMust:
      'Check that the server of MEGDocs can reach login.microsoftonline.com and graph.microsoft.com: network, proxy (HTTPS_PROXY) and certificates (NODE_EXTRA_CA_CERTS).',
  },
};
