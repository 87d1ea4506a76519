import { isWord } from './word-names.ts';
import { escapeXml, parseXml, replacePlaces, type XmlElement } from './xml-tree.ts';

/** Word refuses settings in another order: these stand before `trackRevisions`. */
const BEFORE = new Set(
  `writeProtection view zoom removePersonalInformation removeDateAndTime doNotDisplayPageBoundaries
  displayBackgroundShape printPostScriptOverText printFractionalCharacterWidth printFormsData embedTrueTypeFonts
  embedSystemFonts saveSubsetFonts saveFormsData mirrorMargins alignBordersAndEdges bordersDoNotSurroundHeader
  bordersDoNotSurroundFooter gutterAtTop hideSpellingErrors hideGrammaticalErrors activeWritingStyle proofState
  formsDesign attachedTemplate linkStyles stylePaneFormatFilter stylePaneSortMethod documentType mailMerge
  revisionView`.split(/\s+/),
);

/** What `settings.xml` had to say on tracking before we spoke: its element as it was written, or nothing. */
export interface SwitchedOn {
  xml: string;
  base: string | null;
}

/** Undefined when changes are tracked already. */
export function switchTrackingOn(settingsXml: string): SwitchedOn | undefined {
  const { root, text } = parseXml(settingsXml);
  const on = `<w:trackRevisions xmlns:w="${escapeXml(root.namespace)}"/>`;
  const [own] = trackingOf(root);
  if (own) {
    if (!['0', 'false', 'off'].includes(own.attribute('val') ?? 'true')) return undefined;
    const xml = replacePlaces(text, [{ start: own.start, end: own.end, by: on }]);
    return { xml, base: text.slice(own.start, own.end) };
  }
  if (root.innerStart === root.innerEnd) throw new Error('The settings are empty.');
  const before = root.children.filter(({ local }) => BEFORE.has(local)).at(-1);
  const at = before?.end ?? root.innerStart;
  return { xml: replacePlaces(text, [{ start: at, end: at, by: on }]), base: null };
}

/** Puts back what the base had to say; undefined when that is what is there. */
export function restoreTracking(settingsXml: string, base: string | null): string | undefined {
  const { root, text } = parseXml(settingsXml);
  const found = trackingOf(root);
  const [first] = found;
  // Switched off in Word, and the base was silent: nothing to take out.
  if (!first) return undefined;
  const replacements = found.map(({ start, end }) => ({ start, end, by: start === first.start ? (base ?? '') : '' }));
  const restored = replacePlaces(text, replacements);
  return restored === text ? undefined : restored;
}

function trackingOf(root: XmlElement): XmlElement[] {
  return root.children.filter((child) => isWord(child, 'trackRevisions'));
}
