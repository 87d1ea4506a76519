import { fileTypeOf, type OfficeKind } from '../file-kinds.ts';
import { type OfficePackage, withPackage } from './package.ts';
import { refusals } from './refusals.ts';
import { isStory, type Marks, newMarks, readSettings, readStory } from './word-marks.ts';
import { readXml, refuseDeclarations } from './xml.ts';

const MAIN_PARTS: Record<OfficeKind, string> = {
  word: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml',
  excel: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml',
  powerpoint: 'application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml',
};
const ENDINGS: Record<OfficeKind, string> = { word: 'docx', excel: 'xlsx', powerpoint: 'pptx' };
const CONTENT_TYPES = '[Content_Types].xml';
const ROOT_RELATIONSHIPS = '_rels/.rels';
const WORD_SETTINGS = 'application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml';
const MACRO_TYPE = /macroenabled|vbaproject|vbadata|ms-excel\.(int)?macrosheet|keymapcustomizations\+macro/i;
const MACRO_NAME = /(^|\/)(vbaProject[^/]*\.bin|vbaData[^/]*\.xml)$|^xl\/macrosheets\//i;

export interface OfficeFindings extends Marks {
  signed: boolean;
}

/** Looks into every part of a Word, Excel or PowerPoint file; `expected` is what its name promises. */
export function inspectOfficeFile(path: string, expected: OfficeKind): Promise<OfficeFindings> {
  return withPackage(path, async (opened) => {
    const typeOf = await readContentTypes(opened);
    refuseMacros(opened, typeOf);
    const main = await findMainPart(opened);
    assertMainPart(typeOf(main), expected);
    const marks = newMarks();
    for (const name of opened.names) await inspectPart(opened, name, typeOf(name), marks);
    return { ...marks, signed: opened.names.some((name) => /^_xmlsignatures\//i.test(name)) };
  });
}

type TypeOf = (name: string) => string;

async function readContentTypes(opened: OfficePackage): Promise<TypeOf> {
  if (!opened.has(CONTENT_TYPES)) throw refusals.damaged();
  const byName = new Map<string, string>();
  const byEnding = new Map<string, string>();
  await readXml(opened.read(CONTENT_TYPES), (element) => {
    const type = element.attribute('ContentType') ?? '';
    if (element.name === 'Override') byName.set((element.attribute('PartName') ?? '').toLowerCase(), type);
    if (element.name === 'Default') byEnding.set((element.attribute('Extension') ?? '').toLowerCase(), type);
  });
  return (name) => {
    const lower = name.toLowerCase();
    return byName.get(`/${lower}`) ?? byEnding.get(lower.slice(lower.lastIndexOf('.') + 1)) ?? '';
  };
}

function refuseMacros(opened: OfficePackage, typeOf: TypeOf): void {
  if (opened.names.some((name) => MACRO_NAME.test(name) || MACRO_TYPE.test(typeOf(name)))) throw refusals.macros();
}

/** The part that the package's own relationships call the document. */
async function findMainPart(opened: OfficePackage): Promise<string> {
  let target: string | undefined;
  if (!opened.has(ROOT_RELATIONSHIPS)) throw refusals.damaged();
  await readXml(opened.read(ROOT_RELATIONSHIPS), (element) => {
    if (element.name === 'Relationship' && element.attribute('Type')?.endsWith('/officeDocument'))
      target ??= element.attribute('Target');
  });
  const name = target?.replace(/^\.?\//, '');
  if (!name || !opened.has(name)) throw refusals.damaged();
  return name;
}

function assertMainPart(type: string, expected: OfficeKind): void {
  if (type === MAIN_PARTS[expected]) return;
  if (/(template|slideshow)\.main\+xml$/.test(type)) throw refusals.template(ENDINGS[expected]);
  for (const kind of ['word', 'excel', 'powerpoint'] as const) {
    if (type !== MAIN_PARTS[kind]) continue;
    const name = fileTypeOf(`.${ENDINGS[kind]}`)?.name ?? kind;
    throw refusals.liesAboutItself(
      ENDINGS[expected],
      `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`,
      `Rename it, so that it ends in .${ENDINGS[kind]}, then upload it again.`,
    );
  }
  throw refusals.damaged();
}

async function inspectPart(opened: OfficePackage, name: string, type: string, marks: Marks): Promise<void> {
  const content = opened.read(name);
  if (/\.vml$/i.test(name) || /vmlDrawing/i.test(type)) return refuseDeclarations(content);
  if (isStory(type)) return readXml(content, (element) => readStory(element, marks));
  if (type === WORD_SETTINGS) return readXml(content, (element) => readSettings(element, marks));
  if (/\.(xml|rels)$/i.test(name) || /[+/]xml$/i.test(type)) return readXml(content);
  // Pictures and embedded files: read to the end, so that their checksums count.
  for await (const _ of content);
}
