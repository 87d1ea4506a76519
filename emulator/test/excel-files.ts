import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATED = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

export interface TestSheet {
  name: string;
  /** Inside `sheetData`. */
  rows: string;
  state?: 'hidden';
  /** Elements before and after `sheetData`. */
  before?: string;
  after?: string;
  /** `xl/worksheets/_rels/sheetN.xml.rels`, inside. */
  related?: string;
}

/** A workbook of the least parts that Excel opens; styles 1 to 4 are a date, a percentage, text and an unlocked cell. */
export function aWorkbook(
  sheets: TestSheet[],
  {
    strings = '',
    workbook = '',
    parts = {},
  }: { strings?: string; workbook?: string; parts?: Record<string, string> } = {},
): Uint8Array {
  const entries: Record<string, string> = {
    '[Content_Types].xml': contentTypes(sheets, Object.keys(parts)),
    '_rels/.rels': relationships(relation('rId1', 'officeDocument', 'xl/workbook.xml')),
    'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${RELATED}"><sheets>${sheets
      .map(({ name, state }, index) => {
        const shown = state === undefined ? '' : ` state="${state}"`;
        return `<sheet name="${name}" sheetId="${index + 1}"${shown} r:id="rId${index + 1}"/>`;
      })
      .join('')}</sheets>${workbook}</workbook>`,
    'xl/_rels/workbook.xml.rels': relationships(
      sheets.map((_, index) => relation(`rId${index + 1}`, 'worksheet', `worksheets/sheet${index + 1}.xml`)).join('') +
        relation('rIdStyles', 'styles', 'styles.xml') +
        relation('rIdStrings', 'sharedStrings', 'sharedStrings.xml'),
    ),
    'xl/styles.xml': STYLES,
    'xl/sharedStrings.xml': `<sst xmlns="${MAIN}">${strings}</sst>`,
    ...parts,
  };
  for (const [index, { rows, before = '', after = '', related }] of sheets.entries()) {
    entries[`xl/worksheets/sheet${index + 1}.xml`] =
      `<worksheet xmlns="${MAIN}" xmlns:r="${RELATED}">${before}<sheetData>${rows}</sheetData>${after}</worksheet>`;
    if (related) entries[`xl/worksheets/_rels/sheet${index + 1}.xml.rels`] = relationships(related);
  }
  return zipSync(Object.fromEntries(Object.entries(entries).map(([name, text]) => [name, strToU8(text)])));
}

export function relation(id: string, kind: string, target: string): string {
  return `<Relationship Id="${id}" Type="${RELATED}/${kind}" Target="${target}"/>`;
}

export function aTable(columns: string[], attributes: string): string {
  const all = columns.map((name, index) => `<tableColumn id="${index + 1}" name="${name}"/>`).join('');
  return `<table xmlns="${MAIN}" id="1" name="T" displayName="T" ${attributes}><tableColumns count="${columns.length}">${all}</tableColumns></table>`;
}

export function partsOf(content: Uint8Array): Record<string, string> {
  return Object.fromEntries(Object.entries(unzipSync(content)).map(([name, bytes]) => [name, strFromU8(bytes)]));
}

/** The parts that differ between two packages. */
export function changedParts(before: Uint8Array, after: Uint8Array): string[] {
  const [old, now] = [partsOf(before), partsOf(after)];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((name) => old[name] !== now[name]).sort();
}

function relationships(inside: string): string {
  return `<Relationships xmlns="${PACKAGE}/relationships">${inside}</Relationships>`;
}

function contentTypes(sheets: TestSheet[], more: string[]): string {
  const override = (name: string, kind: string) => `<Override PartName="/${name}" ContentType="${TYPE}.${kind}+xml"/>`;
  const all = [
    override('xl/workbook.xml', 'sheet.main'),
    override('xl/styles.xml', 'styles'),
    override('xl/sharedStrings.xml', 'sharedStrings'),
    ...sheets.map((_, index) => override(`xl/worksheets/sheet${index + 1}.xml`, 'worksheet')),
    ...more.filter((name) => name.startsWith('xl/tables/')).map((name) => override(name, 'table')),
  ];
  return `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${all.join('')}</Types>`;
}

const STYLES = `<styleSheet xmlns="${MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy-mm-dd"/></numFmts><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="9" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyProtection="1"><protection locked="0"/></xf></cellXfs></styleSheet>`;
