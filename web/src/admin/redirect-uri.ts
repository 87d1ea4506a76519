/** The address in two pieces, so that a narrow box breaks it only before the path. */
export function beforePath(uri: string): [string, string] {
  const origin = URL.canParse(uri) ? new URL(uri).origin : '';
  return uri.startsWith(origin) ? [origin, uri.slice(origin.length)] : ['', uri];
}
