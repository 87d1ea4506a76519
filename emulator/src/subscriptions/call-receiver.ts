/** How long a receiver may take to prove that it is one. */
const HANDSHAKE_MS = 10_000;
/** How long it may take to accept a notification; whoever is slower gets it again. */
const DELIVERY_MS = 3_000;

export type HandshakeOutcome = 'proven' | 'timed-out' | 'unreachable' | 'not-200' | 'not-text' | 'not-the-token';

/**
 * Asks a receiver to echo a token: proof that whoever runs it wants to be called.
 *
 * @see https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks
 */
export async function shakeHands(receiver: string, token: string, ended: AbortSignal): Promise<HandshakeOutcome> {
  const url = new URL(receiver);
  url.search = `${url.search === '' ? '?' : `${url.search}&`}validationToken=${encodeURIComponent(token)}`;
  const timeout = AbortSignal.timeout(HANDSHAKE_MS);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      redirect: 'manual',
      signal: AbortSignal.any([timeout, ended]),
    });
    const text = await response.text();
    if (response.status !== 200) return 'not-200';
    if (!/^text\/plain\b/i.test(response.headers.get('content-type') ?? '')) return 'not-text';
    return text === token ? 'proven' : 'not-the-token';
  } catch {
    return timeout.aborted ? 'timed-out' : 'unreachable';
  }
}

/** Any 2xx within three seconds accepts it. */
export async function postNotification(
  url: string,
  body: object,
  ended: AbortSignal,
): Promise<'accepted' | 'slow' | 'failed'> {
  const timeout = AbortSignal.timeout(DELIVERY_MS);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.any([timeout, ended]),
    });
    await response.body?.cancel();
    return response.ok ? 'accepted' : 'failed';
  } catch {
    return timeout.aborted ? 'slow' : 'failed';
  }
}

/** https, but for receivers on this very machine. */
export function isAllowedReceiver(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  if (protocol === 'https:') return true;
  return protocol === 'http:' && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}
