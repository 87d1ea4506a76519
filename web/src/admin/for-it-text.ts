import type { MicrosoftAdministration } from '@megdocs/contract';

/** The page for a tenant's administrators in parts, so that page, paper and clipboard say the same. */
export interface ItPart {
  title: string;
  /** A text, or points of a list. */
  content: string | string[];
}

export function partsForIt(known: MicrosoftAdministration, publicOrigin: string): ItPart[] {
  const all = known.permissions.some(({ scope }) => scope === 'Files.ReadWrite.All');
  return [
    {
      title: 'What MEGDocs is',
      content: `MEGDocs (${publicOrigin}) keeps controlled documents. People edit them in Word, Excel and PowerPoint for the web: while somebody edits, a copy lies in the folder MEGDocs of their own OneDrive; what they save comes back as a version, and the copy is deleted.`,
    },
    {
      title: 'What is asked for, and why',
      content: [
        ...known.permissions.map(({ scope, why }) => `${scope}: ${why}`),
        'openid, profile, offline_access: to know which account it is, and to renew the connection without asking for each edit.',
        'All are delegated permissions. MEGDocs has no application permissions: it acts for people who connected their own account, with no more than they may do themselves.',
      ],
    },
    {
      title: 'How far it reaches',
      content: all
        ? 'To be honest about it: Files.ReadWrite.All reaches every file that the person can reach, their colleagues’ shared files too. MEGDocs needs it for notices of changes, and to fetch a shared working copy by a colleague’s connection when the connection of the one who started is gone. Working together in the browser does not need it. If you would rather not grant it, have MICROSOFT_FILES_SCOPE set to Files.ReadWrite: then these two things are off.'
        : `Files.ReadWrite reaches the person’s own files and nothing of their colleagues’. ${known.leastPrivilege.join(' ')}`,
    },
    {
      title: 'What MEGDocs does not do',
      content: [
        'It never sees or stores a password: people sign in on Microsoft’s own page.',
        'It reads, changes and lists nothing outside the folder MEGDocs in the OneDrive of the person who edits.',
        'It does not read mail, calendars, chats, sites or the directory.',
        'It passes no file and no token to anybody else. Tokens are stored encrypted (AES-256-GCM) and erased when a person disconnects.',
      ],
    },
    {
      title: 'How to approve',
      content: known.consentUrl
        ? `Open this link as a Cloud Application Administrator, Application Administrator or Global Administrator, read the permissions and choose Accept. It counts for everybody in the tenant:\n${known.consentUrl}`
        : 'The link appears here as soon as MEGDocs is registered (client id) and configured.',
    },
    {
      title: 'How to see what it did, and to revoke',
      content: [
        'Entra, Enterprise applications, MEGDocs, Sign-in logs: every sign-in and every renewal.',
        'Entra, Enterprise applications, MEGDocs, Permissions: what was granted; Review permissions revokes it.',
        'To stop everything at once: Properties, "Enabled for users to sign-in?": No. Connections end within about an hour; no document in MEGDocs is lost.',
        'A person revokes their own consent at myapps.microsoft.com, and disconnects in MEGDocs under Account settings, Microsoft.',
      ],
    },
    {
      title: 'App registration',
      content: [
        `Application (client) id: ${known.clientId ?? 'not set yet'}`,
        `Supported accounts and tenant: ${known.tenant}`,
        `Redirect URI, platform "Web", letter for letter: ${known.redirectUri}`,
        `Credential: a certificate, better than a secret. ${warnsBefore(known)}`,
      ],
    },
    {
      title: 'Which hosts to allow',
      content: [
        `From the server of MEGDocs, TCP 443: ${known.hosts.join(', ')}`,
        'Inspecting TLS on the way is possible if the server of MEGDocs knows your authority (NODE_EXTRA_CA_CERTS).',
      ],
    },
  ];
}

/** A certificate says itself until when it is valid; of a secret MEGDocs knows only what it was told. */
function warnsBefore({ credential }: MicrosoftAdministration): string {
  if (credential?.expiresAt) return `MEGDocs warns its administrators before this ${credential.kind} expires.`;
  return 'MEGDocs warns its administrators before a certificate expires; before a secret only where MICROSOFT_CLIENT_SECRET_EXPIRES says when.';
}

/** For a mail or a ticket. */
export function textForIt(parts: readonly ItPart[]): string {
  return parts
    .map(({ title, content }) => {
      const body = typeof content === 'string' ? content : content.map((point) => `- ${point}`).join('\n');
      return `${title}\n${body}`;
    })
    .join('\n\n');
}
