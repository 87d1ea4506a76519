import type { Socket } from 'node:net';
import type { ErrorBody } from '@megdocs/contract';

export const LONGEST_PARAMETER = 200;
const NOWHERE = '/api/unreadable-address';

/**
 * The router answers an address that it can't read by itself, without our headers and words.
 * So such a one is sent where nothing is: it gets the answer of every address that is not there.
 */
export function readableAddress(url: string): string {
  const path = url.split(/[?#]/, 1)[0] ?? '';
  try {
    decodeURIComponent(path);
  } catch {
    return NOWHERE;
  }
  return path.split('/').some((part) => part.length > LONGEST_PARAMETER) ? NOWHERE : url;
}

const STATUS: Record<string, [number, string, string]> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'The headers of the request are too long.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'The request took too long to arrive.'],
};

/** Answers what is no HTTP: nothing has been parsed, so it is written to the socket as it is. */
export function answerNoHttp(
  error: Error & { code?: string },
  socket: Socket,
  reply: { reference: string; secure: boolean },
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, reason, message] = STATUS[error.code ?? ''] ?? [400, 'Bad Request', 'The request could not be read.'];
  const body: ErrorBody = { error: { code: 'invalid_request', message, reference: reply.reference } };
  const text = JSON.stringify(body);
  const headers = [
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Cache-Control: no-store',
    "Content-Security-Policy: default-src 'none';base-uri 'none';frame-ancestors 'none';form-action 'none'",
    'X-Content-Type-Options: nosniff',
    'Referrer-Policy: same-origin',
    'Cross-Origin-Opener-Policy: same-origin',
    ...(reply.secure ? ['Strict-Transport-Security: max-age=31536000'] : []),
    `X-Request-Reference: ${reply.reference}`,
    'Connection: close',
  ];
  socket.end(`HTTP/1.1 ${status} ${reason}\r\n${headers.join('\r\n')}\r\n\r\n${text}`);
}
