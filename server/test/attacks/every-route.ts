import type { Http } from '../../src/platform/http.ts';

export interface Probe {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As the server names it: `/api/documents/:id`. */
  route: string;
  /** A body that the route accepts, so that the answer is about the person and the thing, never about the form. */
  body?: object | 'file';
  query?: string;
  /** Which of the things that exist the parameters name. */
  names?: Record<string, string>;
}

export interface Things {
  documentId: string;
  editSessionId: string;
  checkpointId: string;
  followUpDraftId: string;
  folderId: string;
  personId: string;
  teamId: string;
  signInSessionId: string;
  outcomeId: string;
}

const summary = { summary: 'Scope widened' };
const key = { idempotencyKey: 'key-of-an-attacker-0001' };
const password = 'a-long-new-password';

/** Every route of the server with a request that it would take from the right person. */
export function probesOf(things: Things): Probe[] {
  const document = { id: things.documentId };
  const session = { id: things.editSessionId };
  const folder = { id: things.folderId };
  const draft = { id: things.followUpDraftId };
  const person = { id: things.personId };
  return [
    { method: 'POST', route: '/api/session', body: { email: 'nobody@stmarys.example', password } },
    { method: 'DELETE', route: '/api/session' },
    { method: 'GET', route: '/api/links/:token', names: { token: 'x'.repeat(43) } },
    { method: 'POST', route: '/api/links/:token', names: { token: 'x'.repeat(43) }, body: { password } },
    { method: 'GET', route: '/api/me' },
    { method: 'PATCH', route: '/api/me', body: {} },
    { method: 'POST', route: '/api/me/password', body: { currentPassword: 'wrong', newPassword: password } },
    { method: 'GET', route: '/api/me/sessions' },
    { method: 'DELETE', route: '/api/me/sessions/:id', names: { id: things.signInSessionId } },
    { method: 'GET', route: '/api/me/notifications' },
    { method: 'POST', route: '/api/me/notifications' },
    { method: 'GET', route: '/api/people' },
    { method: 'PATCH', route: '/api/people/:id', names: person, body: { name: 'Somebody Else' } },
    { method: 'DELETE', route: '/api/people/:id', names: person },
    { method: 'POST', route: '/api/people/:id/invitation', names: person },
    { method: 'POST', route: '/api/people/:id/password-reset', names: person },
    { method: 'POST', route: '/api/invitations', body: { name: 'New', email: 'new@elsewhere.example' } },
    { method: 'GET', route: '/api/teams' },
    { method: 'POST', route: '/api/teams', body: { name: 'Attackers' } },
    { method: 'DELETE', route: '/api/teams/:id', names: { id: things.teamId } },
    { method: 'GET', route: '/api/integrations/microsoft' },
    { method: 'GET', route: '/api/integrations/microsoft/outcomes/:id', names: { id: things.outcomeId } },
    { method: 'GET', route: '/api/administration/microsoft' },
    {
      method: 'PUT',
      route: '/api/administration/microsoft/policy',
      body: { tenants: null, personalAccounts: false },
    },
    { method: 'GET', route: '/api/edit-sessions/:id/desktop-link', names: session },
    {
      method: 'POST',
      route: '/api/edit-sessions/orders',
      body: { sessionIds: [things.editSessionId], order: { do: 'remind' } },
    },
    { method: 'GET', route: '/api/me/work' },
    { method: 'GET', route: '/api/administration/ending-policy' },
    {
      method: 'PUT',
      route: '/api/administration/ending-policy',
      body: { remindAfterDays: 1, abandonAfterDays: 2, deletePermanently: true, desktopApps: true },
    },
    { method: 'GET', route: '/api/me/onedrive-calls' },
    { method: 'GET', route: '/api/administration/onedrive-calls' },
    { method: 'GET', route: '/api/administration/onedrive-calls.csv' },
    { method: 'GET', route: '/api/administration/editing-policy' },
    { method: 'PUT', route: '/api/administration/editing-policy', body: { trackChanges: true, stamp: true } },
    { method: 'GET', route: '/api/edit-sessions/:id/opening', names: session },
    { method: 'GET', route: '/api/edit-sessions/:id/proposal', names: session },
    { method: 'GET', route: '/api/self-test' },
    { method: 'POST', route: '/api/self-test' },
    { method: 'GET', route: '/api/folders' },
    { method: 'POST', route: '/api/folders', body: { name: 'Attackers', parentId: things.folderId } },
    { method: 'PATCH', route: '/api/folders/:id', names: folder, body: { name: 'Taken over' } },
    { method: 'DELETE', route: '/api/folders/:id', names: folder },
    { method: 'GET', route: '/api/folders/:id/rules', names: folder },
    { method: 'PUT', route: '/api/folders/:id/rules', names: folder, body: { own: [] } },
    {
      method: 'POST',
      route: '/api/folders/:id/documents',
      names: folder,
      query: '?fileName=attack.docx',
      body: 'file',
    },
    { method: 'GET', route: '/api/documents' },
    { method: 'GET', route: '/api/documents/:id', names: document },
    { method: 'PATCH', route: '/api/documents/:id', names: document, body: { title: 'Taken over' } },
    {
      method: 'POST',
      route: '/api/documents/:id/transitions',
      names: document,
      body: { transition: 'send-to-review', version: '0.1' },
    },
    { method: 'GET', route: '/api/documents/:id/activity', names: document },
    { method: 'GET', route: '/api/documents/:id/access', names: document },
    {
      method: 'POST',
      route: '/api/documents/:id/access',
      names: document,
      body: { personId: things.personId, role: 'approver' },
    },
    {
      method: 'DELETE',
      route: '/api/documents/:id/access/:personId/:role',
      names: { ...document, personId: things.personId, role: 'approver' },
    },
    { method: 'GET', route: '/api/documents/:id/versions', names: document },
    {
      method: 'POST',
      route: '/api/documents/:id/versions',
      names: document,
      query: '?fileName=attack.docx',
      body: 'file',
    },
    { method: 'GET', route: '/api/documents/:id/versions/:version/content', names: { ...document, version: '0.1' } },
    { method: 'GET', route: '/api/documents/:id/edit-sessions', names: document },
    { method: 'POST', route: '/api/documents/:id/edit-sessions', names: document, body: key },
    { method: 'GET', route: '/api/documents/:id/follow-up-drafts', names: document },
    { method: 'GET', route: '/api/edit-sessions', query: '?scope=all' },
    { method: 'GET', route: '/api/edit-sessions/:id', names: session },
    { method: 'POST', route: '/api/edit-sessions/:id/settling', names: session },
    { method: 'POST', route: '/api/edit-sessions/:id/check-in', names: session, body: { ...key, ...summary } },
    {
      method: 'GET',
      route: '/api/edit-sessions/:id/checkpoints/:checkpointId/content',
      names: { ...session, checkpointId: things.checkpointId },
    },
    {
      method: 'POST',
      route: '/api/edit-sessions/:id/checkpoints/:checkpointId/recover',
      names: { ...session, checkpointId: things.checkpointId },
      body: summary,
    },
    { method: 'POST', route: '/api/edit-sessions/:id/close', names: session },
    { method: 'POST', route: '/api/edit-sessions/:id/discard', names: session, body: { reason: 'attack' } },
    {
      method: 'POST',
      route: '/api/edit-sessions/:id/decision',
      names: session,
      body: { decision: 'discard', reason: 'attack' },
    },
    { method: 'POST', route: '/api/edit-sessions/:id/retry', names: session },
    { method: 'GET', route: '/api/edit-sessions/:id/together', names: session },
    { method: 'POST', route: '/api/edit-sessions/:id/join', names: session },
    { method: 'POST', route: '/api/edit-sessions/:id/leave', names: session },
    { method: 'GET', route: '/api/edit-sessions/:id/successors', names: session },
    {
      method: 'POST',
      route: '/api/edit-sessions/:id/take-over',
      names: session,
      body: { ...key, toPersonId: things.personId, reason: 'attack' },
    },
    {
      method: 'POST',
      route: '/api/edit-sessions/:id/hand-over',
      names: session,
      body: { ...key, toPersonId: things.personId, reason: 'attack' },
    },
    { method: 'GET', route: '/api/follow-up-drafts/:id', names: draft },
    { method: 'GET', route: '/api/follow-up-drafts/:id/content', names: draft },
    { method: 'POST', route: '/api/follow-up-drafts/:id/adopt', names: draft, body: summary },
    { method: 'POST', route: '/api/follow-up-drafts/:id/dismiss', names: draft, body: { reason: 'attack' } },
  ];
}

/** What is no business of a session: forms and callback answer by redirects, the rest is public. */
export const OTHER_ROUTES = [
  // Answers by a stream without an end; what it tells whom is tested where it is made.
  'GET /api/live',
  // Called by Microsoft: it answers everybody alike.
  'POST /api/microsoft/notifications',
  'GET /api/openapi.json',
  'POST /accounts/account/microsoft/connect',
  'POST /accounts/account/microsoft/disconnect',
  'POST /accounts/account/microsoft/held/:id',
  'POST /administration/microsoft/consent',
  ...['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((method) => `${method} /auth/oauth2/microsoft/callback`),
  ...['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((method) => `${method} /auth/oauth2/microsoft/callback/`),
  'GET *',
  'GET /healthz',
  'GET /readyz',
  'GET /viewer.html',
  'GET /favicon.svg',
  'GET /favicon.ico',
];

/** `GET /api/me` and so on, as the server itself knows them; HEAD goes with GET. */
export function routesOf(http: Http): string[] {
  const found: string[] = [];
  const above: string[] = [];
  for (const line of http.printRoutes({ commonPrefix: false }).split('\n')) {
    const match = /^([│ ]*)[├└]── (\S+) \(([A-Z, ]+)\)$/.exec(line);
    if (!match) continue;
    const [, indent = '', part = '', methods = ''] = match;
    const depth = indent.length / 4;
    above.splice(depth, above.length, part);
    for (const method of methods.split(', ')) if (method !== 'HEAD') found.push(`${method} ${above.join('')}`);
  }
  return found;
}

export function addressOf({ route, names = {}, query = '' }: Probe): string {
  return route.replace(/:([A-Za-z]+)/g, (_, name: string) => encodeURIComponent(names[name] ?? '')) + query;
}
