/**
 * Every address that pages and server agree on. Parameters are written as Fastify and react-router both read them.
 * What is not under /api is a page, apart from the form posts and the callback of the Microsoft connection.
 */
export const routes = {
  session: '/api/session', // POST sign in, DELETE sign out
  me: '/api/me', // GET, PATCH
  myPassword: '/api/me/password', // POST
  mySessions: '/api/me/sessions', // GET
  mySession: '/api/me/sessions/:id', // DELETE
  myNotifications: '/api/me/notifications', // GET; POST marks all read
  people: '/api/people', // GET (admins: all; others: names only)
  person: '/api/people/:id', // PATCH, DELETE (admins; a deactivated person)
  invitations: '/api/invitations', // POST → oneTimeLink
  personInvitation: '/api/people/:id/invitation', // POST → a new oneTimeLink
  personPasswordReset: '/api/people/:id/password-reset', // POST → oneTimeLink
  link: '/api/links/:token', // GET details, POST accept (invitation or password reset)
  teams: '/api/teams', // GET, POST
  team: '/api/teams/:id', // DELETE

  connect: '/accounts/account/microsoft/connect', // form POST (returnTo?) → 303 to Microsoft
  disconnect: '/accounts/account/microsoft/disconnect', // form POST (when=now|cleaned-up) → 303 to the account page
  heldAccount: '/accounts/account/microsoft/held/:id', // form POST (answer=use|keep) → 303
  consent: '/administration/microsoft/consent', // form POST (admins) → 303 to Microsoft
  microsoftAdministration: '/api/administration/microsoft', // GET (admins)
  microsoftPolicy: '/api/administration/microsoft/policy', // PUT (admins)
  callback: '/auth/oauth2/microsoft/callback/', // GET, also without the final slash → 303
  integration: '/api/integrations/microsoft', // GET
  connectOutcome: '/api/integrations/microsoft/outcomes/:id', // GET

  folders: '/api/folders', // GET, POST
  folder: '/api/folders/:id', // PATCH, DELETE when empty
  folderRules: '/api/folders/:id/rules', // GET, PUT
  folderDocuments: '/api/folders/:id/documents', // POST upload → uploaded
  documents: '/api/documents', // GET register
  document: '/api/documents/:id', // GET, PATCH
  documentVersions: '/api/documents/:id/versions', // GET, POST upload of a new draft
  documentVersionContent: '/api/documents/:id/versions/:version/content', // GET download; ?inline=1 for the viewer
  documentTransitions: '/api/documents/:id/transitions', // POST
  documentActivity: '/api/documents/:id/activity', // GET
  documentAccess: '/api/documents/:id/access', // GET, POST nameOnDocument
  documentAccessEntry: '/api/documents/:id/access/:personId/:role', // DELETE

  documentEditSessions: '/api/documents/:id/edit-sessions', // POST startEditing; GET the open one and the last closed ones, newest first
  editSessions: '/api/edit-sessions', // GET ?scope=
  editSession: '/api/edit-sessions/:id', // GET
  editSessionOpening: '/api/edit-sessions/:id/opening', // GET how far it is on its way to OneDrive
  editSessionProposal: '/api/edit-sessions/:id/proposal', // GET what a check-in would say and whom it would name
  editingPolicy: '/api/administration/editing-policy', // GET, PUT (admins)
  editSessionSettling: '/api/edit-sessions/:id/settling', // POST, asks Microsoft and writes down what it shows
  editSessionCheckIn: '/api/edit-sessions/:id/check-in', // POST
  editSessionClose: '/api/edit-sessions/:id/close', // POST: close without a version (nothing was changed)
  editSessionDiscard: '/api/edit-sessions/:id/discard', // POST
  editSessionRetry: '/api/edit-sessions/:id/retry', // POST: try again now (starting, clean-up)
  editSessionDecision: '/api/edit-sessions/:id/decision', // POST (document controller)
  editSessionTogether: '/api/edit-sessions/:id/together', // GET people in it, and what I may do
  editSessionJoin: '/api/edit-sessions/:id/join', // POST: a colleague; the same again opens it again
  editSessionLeave: '/api/edit-sessions/:id/leave', // POST: a colleague gives the right back
  editSessionSuccessors: '/api/edit-sessions/:id/successors', // GET who could go on with it
  editSessionTakeOver: '/api/edit-sessions/:id/take-over', // POST
  editSessionHandOver: '/api/edit-sessions/:id/hand-over', // POST (the starter)
  checkpointContent: '/api/edit-sessions/:id/checkpoints/:checkpointId/content', // GET
  checkpointRecover: '/api/edit-sessions/:id/checkpoints/:checkpointId/recover', // POST: of a closed session → recoveredVersion
  documentFollowUpDrafts: '/api/documents/:id/follow-up-drafts', // GET
  followUpDraft: '/api/follow-up-drafts/:id', // GET
  followUpDraftContent: '/api/follow-up-drafts/:id/content', // GET
  followUpDraftAdopt: '/api/follow-up-drafts/:id/adopt', // POST
  followUpDraftDismiss: '/api/follow-up-drafts/:id/dismiss', // POST

  editSessionDesktopLink: '/api/edit-sessions/:id/desktop-link', // GET, asks Microsoft
  onSessions: '/api/edit-sessions/orders', // POST: several at once (document controllers)
  workCounts: '/api/me/work', // GET how much waits
  myOnedriveCalls: '/api/me/onedrive-calls', // GET ?before=
  onedriveCalls: '/api/administration/onedrive-calls', // GET ?before=&personId= (admins)
  onedriveCallsCsv: '/api/administration/onedrive-calls.csv', // GET ?personId= (admins)
  endingPolicy: '/api/administration/ending-policy', // GET, PUT (admins)

  live: '/api/live', // GET: server-sent events, which documents changed
  microsoftNotifications: '/api/microsoft/notifications', // POST by Microsoft: hints that a drive changed

  selfTest: '/api/self-test', // GET what will be looked at; POST looks: one JSON text a line, as they come (admins)

  openapi: '/api/openapi.json',
  healthz: '/healthz',
  readyz: '/readyz',
} as const;

export const pages = {
  signIn: '/sign-in/',
  link: '/welcome/:token/',
  documents: '/documents/',
  document: '/documents/:id/',
  openDocument: '/documents/:id/open/',
  joinEditing: '/edit-sessions/:id/join/',
  myWork: '/my-work/',
  editingNow: '/editing-now/',
  followUpDraft: '/follow-up-drafts/:id/',
  administrationPeople: '/administration/people/',
  administrationFolders: '/administration/folders/',
  administrationMicrosoft: '/administration/microsoft/',
  administrationOnedrive: '/administration/onedrive/',
  administrationSelfTest: '/administration/self-test/',
  microsoftForIt: '/administration/microsoft/for-it/',
  microsoftApproval: '/microsoft-approval/',
  profile: '/accounts/account/',
  microsoft: '/accounts/account/microsoft/',
  microsoftOutcome: '/accounts/account/microsoft/outcome/:id/',
  onedriveCalls: '/accounts/account/microsoft/log/',
  mySessions: '/accounts/account/sessions/',
} as const;

/** Fills the parameters of a route: `fill(routes.document, { id })`. */
export function fill(route: string, parameters: Record<string, string>): string {
  return route.replace(/:([A-Za-z]+)/g, (_, name: string) => encodeURIComponent(parameters[name] ?? ''));
}
