const LONGEST = 1000;
const PLAIN_PATH = /^\/(?![/\\])[^\\\p{Cc}]*$/u;
const NOWHERE = 'http://nowhere.invalid';

/** A path of ours, or null: what a browser could read as another host, or not as an address at all, is no path. */
export function localPath(value: string | undefined): string | null {
  if (value === undefined || value.length > LONGEST || !PLAIN_PATH.test(value)) return null;
  const decoded = decode(value);
  if (decoded === undefined || !PLAIN_PATH.test(decoded)) return null;
  const url = URL.parse(value, NOWHERE);
  // `/.//x` is a path by itself, and another host once it was normalised.
  if (!url || url.origin !== NOWHERE || url.pathname.startsWith('//')) return null;
  return value;
}

function decode(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
