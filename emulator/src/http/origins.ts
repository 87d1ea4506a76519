import type { FastifyRequest } from 'fastify';

/** The two addresses under which one caller reaches the emulator. */
export interface Origins {
  /** Sign-in and Graph. */
  main: string;
  /** Uploads, downloads and the editor. */
  content: string;
}

export interface Ports {
  main: number;
  /** The same number when both are served from one origin. */
  content: number;
}

/** Absolute URLs follow what the caller sees: its `Host`, and `https` when a TLS proxy in front says so. */
export function originsOf(request: FastifyRequest, ports: Ports): Origins {
  const scheme = firstOf(request.headers['x-forwarded-proto']) === 'https' ? 'https' : 'http';
  const host = request.headers.host ?? `127.0.0.1:${ports.main}`;
  return originsOfHost(scheme, host, ports);
}

export function originsOfHost(scheme: string, host: string, ports: Ports): Origins {
  if (ports.main === ports.content) return { main: `${scheme}://${host}`, content: `${scheme}://${host}` };
  const name = host.replace(/:\d+$/, '');
  // The caller's own port is kept for the origin that it is on: a proxy may listen elsewhere.
  const onContent = host.endsWith(`:${ports.content}`);
  return {
    main: onContent ? `${scheme}://${name}:${ports.main}` : `${scheme}://${host}`,
    content: onContent ? `${scheme}://${host}` : `${scheme}://${name}:${ports.content}`,
  };
}

/** A host name with an optional port and nothing else: it goes into URLs and pages. */
export function isPlausibleHost(host: string): boolean {
  return /^(?:[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i.test(host);
}

function firstOf(header: string | string[] | undefined): string | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  return text?.split(',')[0]?.trim().toLowerCase();
}
