interface Permission {
  title: string;
  text: string;
  /** Whatever the tenant's policy says, only an administrator may give it. */
  adminOnly?: true;
}

/** Delegated Graph permissions that the emulator knows, with the words of the consent page. */
const PERMISSIONS: Record<string, Permission> = {
  'User.Read': {
    title: 'View your basic profile',
    text: 'Allows the app to see your basic profile (e.g., name, picture, user name, email address)',
  },
  'User.ReadBasic.All': {
    title: "Read all users' basic profiles",
    text: 'Allows the app to read a basic set of profile properties of other users in your organization on your behalf.',
  },
  'Files.Read': { title: 'Read your files', text: 'Allows the app to read your files.' },
  'Files.Read.All': {
    title: 'Read all files that you have access to',
    text: 'Allows the app to read all files that you can access.',
  },
  'Files.ReadWrite': {
    title: 'Have full access to your files',
    text: 'Allows the app to read, create, update, and delete your files.',
  },
  'Files.ReadWrite.All': {
    title: 'Have full access to all files you have access to',
    text: 'Allows the app to read, create, update and delete all files that you can access.',
  },
  'Files.ReadWrite.AppFolder': {
    title: "Have full access to the application's folder",
    text: "Allows the app to read, create, update and delete files in the application's folder.",
  },
  'Sites.Read.All': {
    title: 'Read items in all site collections',
    text: 'Allows the app to read documents and list items in all site collections on your behalf.',
  },
  'Sites.ReadWrite.All': {
    title: 'Edit or delete items in all site collections',
    text: 'Allows the app to edit or delete documents and list items in all site collections on your behalf.',
  },
  'Files.Read.Selected': {
    title: 'Read files that you select',
    text: 'Allows the app to read files that you select.',
  },
  'Files.ReadWrite.Selected': {
    title: 'Read and write files that you select',
    text: 'Allows the app to read and write files that you select.',
  },
  'Sites.Manage.All': {
    title: 'Create, edit, and delete items and lists in all your site collections',
    text: 'Allows the app to manage and create lists, documents, and list items in all site collections on your behalf.',
  },
  'Sites.FullControl.All': {
    title: 'Have full control of all your site collections',
    text: 'Allows the app to have full control of all site collections on your behalf.',
    adminOnly: true,
  },
  'User.ReadWrite': { title: 'Read and update your profile', text: 'Allows the app to read and update your profile.' },
  'User.Read.All': {
    title: "Read all users' full profiles",
    text: 'Allows the app to read the full set of profile properties of other users in your organization on your behalf.',
    adminOnly: true,
  },
  'User.ReadWrite.All': {
    title: "Read and write all users' full profiles",
    text: 'Allows the app to read and write the profile properties of other users in your organization on your behalf.',
    adminOnly: true,
  },
  'User.RevokeSessions.All': {
    title: 'Revoke all sign in sessions for a user',
    text: 'Allows the app to revoke all sign in sessions for a user, on your behalf.',
    adminOnly: true,
  },
  'Directory.Read.All': {
    title: 'Read directory data',
    text: "Allows the app to read data in your organization's directory.",
    adminOnly: true,
  },
  'Group.Read.All': {
    title: 'Read all groups',
    text: 'Allows the app to read groups and their properties on your behalf.',
    adminOnly: true,
  },
  'Mail.Read': { title: 'Read your mail', text: 'Allows the app to read email in your mailbox.' },
  'Calendars.Read': { title: 'Read your calendars', text: 'Allows the app to read events in your calendars.' },
  openid: { title: 'Sign you in', text: 'Allows you to sign in to the app with your work or school account.' },
  profile: { title: 'View your basic profile', text: 'Allows the app to see your basic profile.' },
  email: { title: 'View your email address', text: 'Allows the app to read your primary email address.' },
  offline_access: {
    title: 'Maintain access to data you have given it access to',
    text: 'Allows the app to see and update the data you gave it access to, even when you are not currently using the app.',
  },
};

/** In Microsoft's own spelling; upper and lower case don't matter. */
export function findPermission(name: string): string | undefined {
  return Object.keys(PERMISSIONS).find((permission) => permission.toLowerCase() === name.toLowerCase());
}

export function describeScope(scope: string): { title: string; text: string } {
  return PERMISSIONS[scope] ?? { title: scope, text: '' };
}

/** What today's default policy keeps users from granting by themselves. */
const ADMIN_ONLY_FILES = ['Files.Read.All', 'Files.ReadWrite.All', 'Sites.Read.All', 'Sites.ReadWrite.All'];

export function needsAdmin(scope: string, policy: 'allow' | 'block-files' | 'block'): boolean {
  if (PERMISSIONS[scope]?.adminOnly === true || policy === 'block') return true;
  return (
    policy === 'block-files' &&
    (ADMIN_ONLY_FILES.includes(scope) || scope.startsWith('Mail.') || scope.startsWith('Calendars.'))
  );
}
