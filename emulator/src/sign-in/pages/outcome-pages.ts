import type { ErrorBody } from '../errors.ts';
import { html, page } from './page.ts';

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

/** What `error_uri` leads to. */
export function errorLookupPage(code: string, text: string | undefined): string {
  return page(
    'Error lookup',
    html`<h1>Error code ${code}</h1>
<p>${text ?? 'The emulator does not know this code.'}</p>`,
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

/** Where applications without a web server let the code arrive: the person copies the address. */
export function nativeClientPage(): string {
  return page(
    'Signed in',
    html`<h1>You are signed in</h1>
<p>If the application asks for it, copy the address of this page from the address bar and give it to the application. Then close this window.</p>`,
  );
}
