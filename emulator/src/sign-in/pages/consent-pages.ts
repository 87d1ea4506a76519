import type { Application, User } from '../../world/directory.ts';
import { describeScope } from '../permissions.ts';
import { OIDC_SCOPES } from '../scopes.ts';
import { type FormTarget, form } from './form.ts';
import { html, type Markup, page } from './page.ts';

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
    html`<p class="who">${user.mail ?? user.userPrincipalName}</p>
<h1>${forOrganization ? 'Permissions requested: review for your organization' : 'Permissions requested'}</h1>
<p class="app">${app.displayName}</p>
<p class="note">unverified</p>
<p>This app would like to:</p>
<ul class="permissions">${listed(options.scopes).map(permission)}</ul>
<p class="note">Accepting these permissions means that you allow this app to use your data as specified in their terms of service and privacy statement. You can change these permissions at ${user.personal ? 'https://microsoft.com/consent' : 'https://myapps.microsoft.com'}; in the emulator, by its control call.</p>
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

export interface ApprovalOptions {
  app: Application;
  user: User;
  /** Whether the tenant lets people ask, and whether this one has. */
  request: 'not-offered' | 'offered' | 'sent';
  scopes: readonly string[];
}

export function adminApprovalPage(target: FormTarget, options: ApprovalOptions): string {
  const { app, user, request } = options;
  const titles = { 'not-offered': 'Need admin approval', offered: 'Approval required', sent: 'Request sent' };
  return page(
    titles[request],
    html`<p class="who">${user.mail ?? user.userPrincipalName}</p>
<h1>${titles[request]}</h1>
<p class="app">${app.displayName}</p>
<p class="note">unverified</p>
${request === 'not-offered' ? needApproval(app) : undefined}
${request === 'offered' ? askForApproval(target, options) : undefined}
${request === 'sent' ? html`<p>Your request for approval was sent to an admin. You will be able to use ${app.displayName} when it is approved.</p>` : undefined}
<p><a href="${linkTo(target, 'other-admin')}">Have an admin account? Sign in with that account</a></p>
<p><a href="${linkTo(target, 'return')}">Return to the application without granting consent</a></p>`,
  );
}

function needApproval(app: Application): Markup {
  return html`<p>${app.displayName} needs permission to access resources in your organization that only an admin can grant. Please ask an admin to grant permission to this app before you can use it.</p>`;
}

function askForApproval(target: FormTarget, { scopes }: ApprovalOptions): Markup {
  return html`<p>This app requires your admin's approval to:</p>
<ul class="permissions">${listed(scopes).map(permission)}</ul>
${form(
  target,
  'request-approval',
  html`<label for="justification">Enter justification for requesting this app</label>
<textarea id="justification" name="justification" rows="3" required></textarea>
<div class="buttons"><button class="primary">Request approval</button></div>`,
)}`;
}

function linkTo(target: FormTarget, step: string): Markup {
  return html`${target.action}?ctx=${encodeURIComponent(target.ctx)}&step=${step}`;
}
