/** 0.2 is a draft, 1.0 is published: a published version has a whole number. */
export interface VersionNumber {
  major: number;
  minor: number;
}

export const FIRST_VERSION: VersionNumber = { major: 0, minor: 1 };

export function formatVersion({ major, minor }: VersionNumber): string {
  return `${major}.${minor}`;
}

/** Undefined for what is no version number as we write it: `01.2` and `1` are none. */
export function parseVersion(text: string): VersionNumber | undefined {
  const match = /^(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})$/.exec(text);
  return match ? { major: Number(match[1]), minor: Number(match[2]) } : undefined;
}

/** A check-in or an upload makes the next minor number. */
export function nextDraft({ major, minor }: VersionNumber): VersionNumber {
  return { major, minor: minor + 1 };
}

/** Publishing gives the next whole number. */
export function nextPublished({ major }: VersionNumber): VersionNumber {
  return { major: major + 1, minor: 0 };
}

export function isPublishedNumber({ major, minor }: VersionNumber): boolean {
  return major > 0 && minor === 0;
}
