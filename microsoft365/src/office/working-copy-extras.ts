import type { Readable } from 'node:stream';
import { exchangeParts } from './exchange-parts.ts';
import { NotReadable, type WordPackage, withWordPackage } from './word-package.ts';
import { addStamp, removeStamp } from './word-stamp.ts';
import { restoreTracking, switchTrackingOn } from './word-tracking.ts';

/** What a working copy of a Word document shall have beyond its source. */
export interface ExtrasWish {
  /** The line on top of the text; undefined: none. */
  stamp?: string | undefined;
  trackChanges: boolean;
}

/** What was put into it; keep it, `removeExtras` needs it. */
export interface Extras {
  stamped: boolean;
  trackingSwitchedOn: boolean;
  /** The base's own word on tracking, letter for letter; null: it had none. */
  baseTracking: string | null;
}

/** What `addExtras` made of a file; one that is left alone is uploaded as it is. */
export type PreparedCopy =
  /** The whole new file. Every part that isn't named here has its stored bytes. */
  | { kind: 'prepared'; content: Readable; extras: Extras }
  | { kind: 'left-alone'; why: 'signed' | 'not-readable' | 'nothing-wished' };

/** Puts stamp and tracking into a Word document. One that is signed is left alone: any change breaks its signature. */
export async function addExtras(path: string, wish: ExtrasWish): Promise<PreparedCopy> {
  try {
    return await withWordPackage(path, async (opened) => {
      if (opened.signed) return { kind: 'left-alone', why: 'signed' };
      const parts = new Map<string, string>();
      const extras: Extras = { stamped: false, trackingSwitchedOn: false, baseTracking: null };
      if (wish.stamp !== undefined) {
        parts.set(opened.documentPart, addStamp(await opened.read(opened.documentPart), wish.stamp));
        extras.stamped = true;
      }
      const tracking = wish.trackChanges && (await trackingOf(opened));
      if (tracking && opened.settingsPart) {
        parts.set(opened.settingsPart, tracking.xml);
        Object.assign(extras, { trackingSwitchedOn: true, baseTracking: tracking.base });
      }
      if (parts.size === 0) return { kind: 'left-alone', why: 'nothing-wished' };
      return { kind: 'prepared', content: exchangeParts(path, parts), extras };
    });
  } catch (error) {
    if (error instanceof NotReadable) return { kind: 'left-alone', why: 'not-readable' };
    throw error;
  }
}

async function trackingOf(opened: WordPackage) {
  return opened.settingsPart ? switchTrackingOn(await opened.read(opened.settingsPart)) : undefined;
}

/** The file as people wrote it: without the stamp, tracking as the base had it. Undefined when nothing is to be taken out. */
export async function removeExtras(path: string, extras: Extras): Promise<Readable | undefined> {
  try {
    return await withWordPackage(path, async (opened) => {
      const parts = new Map<string, string>();
      const text = extras.stamped ? removeStamp(await opened.read(opened.documentPart)) : undefined;
      if (text !== undefined) parts.set(opened.documentPart, text);
      const { settingsPart } = opened;
      const settings =
        extras.trackingSwitchedOn && settingsPart
          ? restoreTracking(await opened.read(settingsPart), extras.baseTracking)
          : undefined;
      if (settingsPart && settings !== undefined) parts.set(settingsPart, settings);
      return parts.size === 0 ? undefined : exchangeParts(path, parts);
    });
  } catch (error) {
    // Encrypted or damaged meanwhile: kept as it is, and said where it can't become a version.
    if (error instanceof NotReadable) return undefined;
    throw error;
  }
}
