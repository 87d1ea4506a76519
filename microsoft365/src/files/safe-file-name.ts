const FALLBACK_BASE = 'Document';
// A whole path may have 400 characters; the folders above take about 25, and people's own folders may be added.
const NAME_LIMIT_CHARACTERS = 120;
const EXTENSION = /\.[A-Za-z0-9]{1,10}$/;

// Names that OneDrive or SharePoint refuse, or that act on the reader: controls, text direction marks (U+202E shows
// "cod.exe" for "exe.doc"), invisible joiners of lines, half surrogates.
const UNSAFE_CHARACTERS =
  /[\p{Cc}\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\uffff]|[\ud800-\udfff]/gu;
const FORBIDDEN_CHARACTERS = /["*:<>?/\\|]/g;
const RESERVED_BASE = /^(con|prn|aux|nul|com\d|lpt\d)$/i;
const RESERVED_NAME = /^desktop\.ini$/i;

/**
 * A real file name made acceptable to OneDrive and SharePoint, and harmless to look at. The extension stays; a safe
 * name stays as it is.
 * @see https://support.microsoft.com/office/restrictions-and-limitations-in-onedrive-and-sharepoint
 */
export function safeFileName(realName: string): string {
  let name = realName;
  // One rule's result can fall under another (a cut leaves a space at the end): until nothing changes, soon.
  for (let pass = 0; pass < 8; pass++) {
    const next = applyRules(name);
    if (next === name) return name;
    name = next;
  }
  return `${FALLBACK_BASE}${EXTENSION.exec(name)?.[0] ?? ''}`;
}

function applyRules(name: string): string {
  const clean = name
    .normalize('NFC')
    .replace(UNSAFE_CHARACTERS, '')
    .replace(FORBIDDEN_CHARACTERS, '-')
    .replace(/_vti_/gi, '-');
  const trimmed = trimEnds(clean);
  const extension = EXTENSION.exec(trimmed)?.[0] ?? '';
  const base = trimEnds(shorten(trimmed.slice(0, trimmed.length - extension.length), extension.length));
  if (base === '') return `${FALLBACK_BASE}${extension}`;
  const reserved = RESERVED_BASE.test(base.split('.')[0] || base) || RESERVED_NAME.test(`${base}${extension}`);
  return reserved ? `${FALLBACK_BASE}-${base.replace(/^\.+/, '')}${extension}` : `${base}${extension}`;
}

/** No space at either end, no dot at the end, no tilde in front. */
function trimEnds(name: string): string {
  return name.replace(/^[\s~]+/, '').replace(/[\s.]+$/, '');
}

/** Cut by whole characters: half of one would be refused. */
function shorten(base: string, taken: number): string {
  let kept = '';
  for (const character of base) {
    if (kept.length + character.length + taken > NAME_LIMIT_CHARACTERS) break;
    kept += character;
  }
  return kept;
}
