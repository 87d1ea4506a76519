import { decodeText, descendants, readXmlTree } from '../blocks/xml-tree.ts';

/** What a reader sees of a paragraph, suggested deletions left out. */
export function paragraphText(xml: string): string {
  let text = '';
  for (const node of descendants(readXmlTree(xml))) {
    if (node.name === 'w:t') text += decodeText(xml.slice(node.innerStart, node.innerEnd));
    else if (node.name === 'w:tab') text += '\t';
    else if (node.name === 'w:br' || node.name === 'w:cr') text += ' ';
  }
  return text;
}
