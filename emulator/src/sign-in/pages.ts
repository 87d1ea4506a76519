import type { Application, User } from '../world/directory.ts';
import type { ErrorBody } from './errors.ts';
import { html, type Markup, page } from './page.ts';
import { describeScope, OIDC_SCOPES } from './scopes.ts';

/** Where the forms post to, and which flow they go on with. */
export interface FormTarget {
  action: string;
  ctx: string;
}

export function emailPage(target: FormTarget, options: { appName?: string; email?: string; problem?: string }): string {
  return page(
    'Sign in to your account',
    html`<h1>Sign in</h1>
${options.appName === undefined ? undefined : html`<p>to continue to ${options.appName}</p>`}
${form(
  target,
  'email',
  html`${problem(options.problem)}
<label for="email">Email</label>
<input id="email" name="login" type="email" value="${options.email}" autocomplete="username" required autofocus ${invalid(options.problem)}>
<div class="buttons"><button class="primary">Next</button></div>`,
)}`,
  );
}

export function accountPickerPage(target: FormTarget, users: readonly User[], problemText?: string): string {
  const tiles = users.map(
    (
      user,
    ) => html`<li><button name="user" value="${user.id}"><span class="badge" aria-hidden="true">${user.displayName.slice(0, 1)}</span>
<span><strong>${user.displayName}</strong><small>${user.userPrincipalName}</small> <small>Signed in</small></span></button></li>`,
  );
  return page(
    'Sign in to your account',
    html`<h1>Pick an account</h1>
${problem(problemText)}
${form(
  target,
  'account',
  html`<ul class="tiles">${tiles}
<li><button name="user" value="other"><span class="badge plain" aria-hidden="true">+</span><strong>Use another account</strong></button></li></ul>`,
)}`,
  );
}

export function passwordPage(target: FormTarget, user: { userPrincipalName: string }, problemText?: string): string {
  return page(
    'Sign in to your account',
    html`<p class="who">${user.userPrincipalName}</p>
<h1>Enter password</h1>
${form(
  target,
  'password',
  html`${problem(problemText)}
<input type="hidden" name="login" value="${user.userPrincipalName}" autocomplete="username">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required autofocus ${invalid(problemText)}>
<div class="buttons"><button class="primary">Sign in</button></div>`,
)}
${form(target, 'account', html`<input type="hidden" name="user" value="other"><p><button class="link">Use another account</button></p>`)}`,
  );
}

export function secondFactorPage(target: FormTarget, user: User): string {
  return page(
    'Sign in to your account',
    html`<p class="who">${user.userPrincipalName}</p>
<h1>Approve sign in request</h1>
<p>Your organization asks for a second proof of who you are. The emulator plays the authenticator app.</p>
${form(target, 'second-factor', html`<div class="buttons"><button class="primary">Approve</button></div>`)}`,
  );
}

export interface ConsentOptions {
  app: Application;
  user: User;
  scopes: readonly string[];
  /** Asked on the administrator's page for the whole organization. */
  forOrganization: boolean;
  offersOrganization: boolean;
}

export function consentPage(target: FormTarget, options: ConsentOptions): string {
  const { app, user, forOrganization } = options;
  return page(
    'Permissions requested',
    html`<p class="who">${user.userPrincipalName}</p>
<h1>${forOrganization ? 'Permissions requested: review for your organization' : 'Permissions requested'}</h1>
<p class="app">${app.displayName}</p>
<p class="note">unverified</p>
<p>This app would like to:</p>
<ul class="permissions">${listed(options.scopes).map(permission)}</ul>
<p class="note">Accepting these permissions means that you allow this app to use your data as specified in their terms of service and privacy statement. You can change these permissions at https://myapps.microsoft.com; in the emulator, by its control call.</p>
${form(
  target,
  'consent',
  html`${
    options.offersOrganization
      ? html`<div class="check"><input type="checkbox" id="organization" name="organization" value="1"><label for="organization">Consent on behalf of your organization</label></div>`
      : undefined
  }
<div class="buttons"><button name="decision" value="cancel">Cancel</button><button class="primary" name="decision" value="accept">Accept</button></div>`,
)}`,
  );
}

/** Files first; plain signing in is named once, as "View your basic profile", and the e-mail address with it. */
function listed(scopes: readonly string[]): string[] {
  const resources = scopes.filter((scope) => !OIDC_SCOPES.includes(scope) && scope !== 'User.Read');
  const signsIn = scopes.some((scope) => ['User.Read', 'openid', 'profile', 'email'].includes(scope));
  const offline = scopes.filter((scope) => scope === 'offline_access');
  return [...resources, ...(signsIn ? ['User.Read'] : []), ...offline];
}

function permission(scope: string): Markup {
  const { title, text } = describeScope(scope);
  return html`<li><details><summary>${title}</summary><p>${text} <span>(${scope})</span></p></details></li>`;
}

export function adminApprovalPage(target: FormTarget, app: Application, user: User): string {
  return page(
    'Need admin approval',
    html`<p class="who">${user.userPrincipalName}</p>
<h1>Need admin approval</h1>
<p class="app">${app.displayName}</p>
<p>${app.displayName} needs permission to access resources in your organization that only an admin can grant. Please ask an admin to grant permission to this app before you can use it.</p>
<p><a href="${target.action}?ctx=${encodeURIComponent(target.ctx)}&step=other-admin">Have an admin account? Sign in with that account</a></p>
<p><a href="${target.action}?ctx=${encodeURIComponent(target.ctx)}&step=return">Return to the application without granting consent</a></p>`,
  );
}

export function errorPage(error: ErrorBody, code: number): string {
  const message = error.error_description.split(' Trace ID: ')[0] ?? '';
  return page(
    'Sign in to your account',
    html`<h1>Sign in</h1>
<p>Sorry, but we’re having trouble signing you in.</p>
<p class="problem">${message}</p>
<dl>
<dt>Request Id</dt><dd>${error.trace_id}</dd>
<dt>Correlation Id</dt><dd>${error.correlation_id}</dd>
<dt>Timestamp</dt><dd>${error.timestamp}</dd>
<dt>Message</dt><dd>AADSTS${code}</dd>
</dl>
<p class="note">The application is not told of this: go back to it and try again once the cause is mended.</p>`,
  );
}

export function signedOutPage(): string {
  return page(
    'Sign out',
    html`<h1>You signed out of your account</h1><p>It’s a good idea to close all browser windows.</p>`,
  );
}

/** The answer of `response_mode=form_post`; without scripts one button sends it. */
export function formPostPage(redirectUri: string, fields: URLSearchParams, nonce: string): string {
  const inputs = [...fields].map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
  return page(
    'Working...',
    html`<form id="reply" method="post" action="${redirectUri}">${inputs}
<noscript><p>Scripts are switched off in this browser. Go on by hand:</p></noscript>
<button class="primary">Continue</button></form>
<script nonce="${nonce}">document.getElementById('reply').submit()</script>`,
  );
}

function form(target: FormTarget, step: string, inside: Markup): Markup {
  return html`<form method="post" action="${target.action}"><input type="hidden" name="ctx" value="${target.ctx}"><input type="hidden" name="step" value="${step}">
${inside}</form>`;
}

function problem(text: string | undefined): Markup | undefined {
  return text === undefined ? undefined : html`<p class="problem" role="alert" id="problem">${text}</p>`;
}

function invalid(text: string | undefined): Markup | undefined {
  return text === undefined ? undefined : html`aria-invalid="true" aria-describedby="problem"`;
}
