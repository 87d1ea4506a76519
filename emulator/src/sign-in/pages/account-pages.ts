import type { User } from '../../world/directory.ts';
import { type FormTarget, form, invalid, problem } from './form.ts';
import { html, type Markup, page } from './page.ts';

const TITLE = 'Sign in to your account';

export function emailPage(target: FormTarget, options: { appName?: string; email?: string; problem?: string }): string {
  return page(
    TITLE,
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

export function accountPickerPage(target: FormTarget, users: readonly User[], appName?: string): string {
  const tiles = users.map((user) =>
    tile(
      user.id,
      html`<span class="badge" aria-hidden="true">${user.displayName.slice(0, 1)}</span>`,
      html`<strong>${user.displayName}</strong><small>${user.userPrincipalName}</small> <small>Signed in</small>`,
    ),
  );
  const other = tile(
    'other',
    html`<span class="badge plain" aria-hidden="true">+</span>`,
    html`<strong>Use another account</strong>`,
  );
  return page(
    TITLE,
    html`<h1>Pick an account</h1>
${appName === undefined ? undefined : html`<p>to continue to ${appName}</p>`}
${form(target, 'account', html`<ul class="tiles">${[...tiles, other]}</ul>`)}`,
  );
}

/** One address that is both: only the person knows which they mean. */
export function accountKindPage(target: FormTarget, users: readonly User[]): string {
  const tiles = users.map((user) =>
    tile(
      user.id,
      html`<span class="badge" aria-hidden="true">${user.personal ? 'P' : 'W'}</span>`,
      user.personal
        ? html`<strong>Personal account</strong><small>Created by you</small>`
        : html`<strong>Work or school account</strong><small>Created by your IT department</small>`,
    ),
  );
  return page(
    TITLE,
    html`<p class="who">${users[0]?.userPrincipalName}</p>
<h1>It looks like this email is used with more than one account. Which one do you want to use?</h1>
${form(target, 'account-kind', html`<ul class="tiles">${tiles}</ul>`)}
${otherAccount(target)}`,
  );
}

function tile(value: string, badge: Markup, text: Markup): Markup {
  return html`<li><button name="user" value="${value}">${badge}
<span>${text}</span></button></li>`;
}

export function passwordPage(
  target: FormTarget,
  user: { userPrincipalName: string; id?: string },
  problemText?: string,
): string {
  return page(
    TITLE,
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
${otherAccount(target)}`,
  );
}

function otherAccount(target: FormTarget): Markup {
  return form(
    target,
    'account',
    html`<input type="hidden" name="user" value="other"><p><button class="link">Use another account</button></p>`,
  );
}

export function secondFactorPage(target: FormTarget, user: User, isRegistered: boolean): string {
  const body = isRegistered
    ? html`<h1>Approve sign in request</h1>
<p>Your organization asks for a second proof of who you are. The emulator plays the authenticator app.</p>`
    : html`<h1>More information required</h1>
<p>Your organization needs more information to keep your account secure. The emulator sets up the authenticator app for you.</p>`;
  return page(
    TITLE,
    html`<p class="who">${user.userPrincipalName}</p>
${body}
${form(target, 'second-factor', html`<div class="buttons"><button class="primary">${isRegistered ? 'Approve' : 'Next'}</button></div>`)}`,
  );
}

export function signedOutPage(): string {
  return page(
    'Sign out',
    html`<h1>You signed out of your account</h1><p>It’s a good idea to close all browser windows.</p>`,
  );
}
