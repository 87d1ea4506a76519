import type { Application, User } from '../../world/directory.ts';
import { type FormTarget, form, invalid, problem } from './form.ts';
import { html, page } from './page.ts';

export function enterCodePage(action: string, options: { code?: string; problem?: string }): string {
  return page(
    'Sign in to your account',
    html`<h1>Enter code to allow access</h1>
<p>Once you enter the code displayed on your app or device, it will have access to your account.</p>
<p class="note">Do not enter codes from sources you don't trust.</p>
<form method="post" action="${action}">${problem(options.problem)}
<label for="code">Code</label>
<input id="code" name="otc" type="text" value="${options.code}" maxlength="18" autocomplete="off" autocapitalize="characters" spellcheck="false" required autofocus ${invalid(options.problem)}>
<div class="buttons"><button class="primary">Next</button></div></form>`,
  );
}

export function confirmDevicePage(target: FormTarget, app: Application, user: User): string {
  return page(
    'Sign in to your account',
    html`<p class="who">${user.mail ?? user.userPrincipalName}</p>
<h1>Are you trying to sign in to ${app.displayName}?</h1>
<p>Only continue if you downloaded the app from a store or website that you trust.</p>
${form(
  target,
  'device',
  html`<div class="buttons"><button name="decision" value="cancel">Cancel</button><button class="primary" name="decision" value="continue">Continue</button></div>`,
)}`,
  );
}

export function deviceDonePage(app: Application, outcome: 'approved' | 'declined'): string {
  return page(
    'Sign in to your account',
    outcome === 'approved'
      ? html`<h1>${app.displayName}</h1><p>You have signed in to the ${app.displayName} application on your device. You may now close this window.</p>`
      : html`<h1>You declined to sign in to ${app.displayName}</h1><p>The device gets no access. You may now close this window.</p>`,
  );
}
