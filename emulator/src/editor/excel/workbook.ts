import { readXmlTree, type XmlNode } from '../blocks/xml-tree.ts';
import { EditorError } from '../errors.ts';
import {
  attribute,
  child,
  childrenOf,
  isTrue,
  localName,
  OfficePackage,
  relationshipId,
} from '../fields/office-package.ts';
import { type CellFormat, readCellFormats } from './cell-formats.ts';
import { readSheet, type SheetXml } from './sheet-cells.ts';
import { readSharedStrings, type StringItem } from './string-items.ts';

/** A workbook's package with what is common to all its sheets. */
export interface Workbook {
  parts: OfficePackage;
  mainPart: string;
  xml: string;
  root: XmlNode;
  sheets: SheetEntry[];
  strings: StringItem[];
  formats: CellFormat[];
  countsFrom1904: boolean;
  readOnlyBecause: string | undefined;
  definedNames: string[];
}

export interface SheetEntry {
  /** `sheetId`: stays when the sheet is renamed or moved. */
  id: string;
  name: string;
  isHidden: boolean;
  part: string;
  /** Chart sheets and dialogs have no cells. */
  hasCells: boolean;
}

export function readWorkbook(content: Uint8Array): Workbook {
  const parts = new OfficePackage(content, 'a workbook');
  const mainPart = parts.mainPart();
  const xml = parts.getPart(mainPart);
  const root = readXmlTree(xml).children.find(({ name }) => name !== '#text');
  if (!root || localName(root.name) !== 'workbook')
    throw new EditorError('not-a-word-package', 'This is not a workbook that can be opened.');
  const relationships = parts.relationships(mainPart);
  const partOf = (kind: string) => {
    const found = relationships.find((one) => one.kind === kind);
    return found && parts.findPart(found.target);
  };
  const properties = child(root, 'workbookPr');
  return {
    parts,
    mainPart,
    xml,
    root,
    sheets: childrenOf(child(root, 'sheets'), 'sheet').map((node) => {
      const target = relationships.find(({ id }) => id === relationshipId(xml, node));
      return {
        id: attribute(xml, node, 'sheetId') ?? '',
        name: attribute(xml, node, 'name') ?? '',
        isHidden: (attribute(xml, node, 'state') ?? 'visible') !== 'visible',
        part: target?.target ?? '',
        hasCells: target?.kind === 'worksheet',
      };
    }),
    strings: readSharedStrings(partOf('sharedStrings')),
    formats: readCellFormats(partOf('styles')),
    countsFrom1904: properties !== undefined && isTrue(attribute(xml, properties, 'date1904')),
    readOnlyBecause: findReservation(xml, root),
    definedNames: childrenOf(child(root, 'definedNames'), 'definedName').map((node) =>
      xml.slice(node.innerStart, node.innerEnd),
    ),
  };
}

export function openSheet(workbook: Workbook, { part }: SheetEntry): SheetXml {
  return readSheet(workbook.parts.getPart(part));
}

function findReservation(xml: string, root: XmlNode): string | undefined {
  const sharing = child(root, 'fileSharing');
  const isReserved =
    sharing && (attribute(xml, sharing, 'reservationPassword') ?? attribute(xml, sharing, 'hashValue')) !== undefined;
  return isReserved ? 'This workbook is protected: changing it needs a password.' : undefined;
}
