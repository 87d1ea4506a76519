import { findChild, readXmlTree, sourceOf } from './xml-tree.ts';

// The order that the schema asks for (CT_PPr).
const ORDER =
  'pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange'
    .split(' ')
    .map((name) => `w:${name}`);

/** The original `w:pPr` with those of its parts exchanged that differ between the editor's two writings. */
export function mergeParagraphProperties(
  original: string,
  before: string,
  after: string,
  clean: (xml: string) => string,
): string {
  if (before === after) return original;
  const [ours, old, now] = [readParts(original), readParts(before), readParts(after)];
  const merged = new Map(ours);
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const changed = now.get(name);
    if (old.get(name) === changed) continue;
    if (changed === undefined) merged.delete(name);
    else merged.set(name, clean(changed));
  }
  const parts = [...merged].sort(([a], [b]) => ORDER.indexOf(a) - ORDER.indexOf(b)).map(([, xml]) => xml);
  return parts.length === 0 ? '' : `<w:pPr>${parts.join('')}</w:pPr>`;
}

function readParts(properties: string): Map<string, string> {
  const node = findChild(readXmlTree(properties), 'w:pPr');
  const parts = node?.children.filter((child) => child.name !== '#text') ?? [];
  return new Map(parts.map((part) => [part.name, sourceOf(properties, part)]));
}
