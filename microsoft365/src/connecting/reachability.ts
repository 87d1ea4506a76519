import type { ConnectionError } from './connection-error.ts';

/** Why no answer came; each has its own remedy. */
export type Unreachable =
  | 'name_unknown'
  | 'refused'
  | 'timed_out'
  | 'cut_off'
  | 'proxy_refuses'
  | 'certificate_unknown'
  | 'certificate_out_of_time'
  | 'certificate_of_another_host'
  | 'not_tls'
  | 'not_microsoft'
  | 'unclear';

/** Whether an address answers, and what its clock shows. */
export type Reachability =
  | { reached: true; status: number; theirTime: Date | undefined }
  | { reached: false; why: Unreachable; code: string | undefined };

const BY_CODE: Record<string, Unreachable> = {
  ENOTFOUND: 'name_unknown',
  EAI_AGAIN: 'name_unknown',
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timed_out',
  EHOSTUNREACH: 'timed_out',
  ENETUNREACH: 'timed_out',
  UND_ERR_CONNECT_TIMEOUT: 'timed_out',
  UND_ERR_HEADERS_TIMEOUT: 'timed_out',
  ECONNRESET: 'cut_off',
  UND_ERR_SOCKET: 'cut_off',
  EPIPE: 'cut_off',
  // No chain to a CA that this machine knows: what a proxy that looks into TLS presents.
  UNABLE_TO_GET_ISSUER_CERT: 'certificate_unknown',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate_unknown',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate_unknown',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate_unknown',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate_unknown',
  CERT_UNTRUSTED: 'certificate_unknown',
  CERT_HAS_EXPIRED: 'certificate_out_of_time',
  CERT_NOT_YET_VALID: 'certificate_out_of_time',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate_of_another_host',
  ERR_SSL_WRONG_VERSION_NUMBER: 'not_tls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'not_tls',
  EPROTO: 'not_tls',
};

/** Reads the network's own code out of the causes of an error, however deep a library has wrapped it. */
export function whyUnreachable(error: ConnectionError): Reachability & { reached: false } {
  if (error.code === 'microsoft_timed_out') return { reached: false, why: 'timed_out', code: undefined };
  for (const cause of causesOf(error)) {
    // undici tells a tunnel that the proxy would not open (403, 407, 502) by its message alone.
    if (/Proxy response \(\d+\)/.test(cause.message)) return { reached: false, why: 'proxy_refuses', code: undefined };
    const code = 'code' in cause ? String(cause.code) : '';
    const why = Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
    if (why) return { reached: false, why, code };
  }
  return { reached: false, why: 'unclear', code: undefined };
}

function causesOf(error: Error): Error[] {
  const found: Error[] = [];
  let next: unknown = error.cause;
  for (let depth = 0; depth < 8 && next instanceof Error; depth++) {
    found.push(next);
    // Two addresses of one name that were both tried.
    next = next instanceof AggregateError ? next.errors[0] : next.cause;
  }
  return found;
}
