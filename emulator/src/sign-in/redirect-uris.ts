/**
 * Whether a redirect URI is one of the registered ones: exact, but for the port of `http://localhost` and
 * `http://127.0.0.1`, which is not looked at.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/reply-url
 */
export function isRegistered(redirectUri: string, registered: readonly string[]): boolean {
  return registered.some((one) => one === redirectUri || withoutLoopbackPort(one) === withoutLoopbackPort(redirectUri));
}

function withoutLoopbackPort(uri: string): string {
  const match = /^http:\/\/(localhost|127\.0\.0\.1)(?::\d{1,5})?(\/.*)?$/i.exec(uri);
  return match ? `http://${match[1]?.toLowerCase()}${match[2] ?? '/'}` : uri;
}

export function isAbsoluteUri(uri: string): boolean {
  return URL.canParse(uri) && /^[a-z][a-z0-9+.-]*:\/\//i.test(uri);
}
