/** The page on which applications without a web server of their own pick up the code. */
const NATIVE_CLIENT = /^https:\/\/login\.microsoftonline\.com(\/\w+\/oauth2\/nativeclient)$/i;

/**
 * Whether a redirect URI is one of the registered ones: exact, but for the port of `http://localhost` and
 * `http://127.0.0.1`, which is not looked at. Microsoft's page for native clients is also the emulator's own.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/reply-url
 */
export function isRegistered(redirectUri: string, registered: readonly string[], ownOrigin?: string): boolean {
  return registered.some(
    (one) =>
      one === redirectUri ||
      withoutLoopbackPort(one) === withoutLoopbackPort(redirectUri) ||
      (ownOrigin !== undefined && redirectUri === `${ownOrigin}${NATIVE_CLIENT.exec(one)?.[1]}`),
  );
}

function withoutLoopbackPort(uri: string): string {
  const match = /^http:\/\/(localhost|127\.0\.0\.1)(?::\d{1,5})?(\/.*)?$/i.exec(uri);
  return match ? `http://${match[1]?.toLowerCase()}${match[2] ?? '/'}` : uri;
}

export function isAbsoluteUri(uri: string): boolean {
  return URL.canParse(uri) && /^[a-z][a-z0-9+.-]*:\/\//i.test(uri);
}
