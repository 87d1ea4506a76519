import { strToU8, zipSync } from 'fflate';

const A = 'http://schemas.openxmlformats.org/drawingml/2006/main';
const P = 'http://schemas.openxmlformats.org/presentationml/2006/main';
const R = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPE = 'application/vnd.openxmlformats-officedocument';
const NAMESPACES = `xmlns:a="${A}" xmlns:r="${R}" xmlns:p="${P}"`;
const TREE = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>';
const MAP =
  '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/>';

/** A presentation of the least parts that PowerPoint opens; a slide is what stands in its shape tree. */
export function aPresentation(
  slides: string[],
  { presentation = '', show }: { presentation?: string; show?: '0' } = {},
): Uint8Array {
  const parts: Record<string, string> = {
    '[Content_Types].xml': contentTypes(slides.length),
    '_rels/.rels': relationships([['officeDocument', 'ppt/presentation.xml']]),
    'ppt/presentation.xml': `<p:presentation ${NAMESPACES}><p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst><p:sldIdLst>${slides
      .map((_, index) => `<p:sldId id="${256 + index}" r:id="rId${index + 2}"/>`)
      .join(
        '',
      )}</p:sldIdLst><p:sldSz cx="9144000" cy="6858000"/><p:notesSz cx="6858000" cy="9144000"/>${presentation}</p:presentation>`,
    'ppt/_rels/presentation.xml.rels': relationships([
      ['slideMaster', 'slideMasters/slideMaster1.xml'],
      ...slides.map((_, index): [string, string] => ['slide', `slides/slide${index + 1}.xml`]),
    ]),
    'ppt/slideMasters/slideMaster1.xml': `<p:sldMaster ${NAMESPACES}><p:cSld><p:spTree>${TREE}</p:spTree></p:cSld>${MAP}<p:sldLayoutIdLst><p:sldLayoutId id="2147483649" r:id="rId1"/></p:sldLayoutIdLst></p:sldMaster>`,
    'ppt/slideMasters/_rels/slideMaster1.xml.rels': relationships([
      ['slideLayout', '../slideLayouts/slideLayout1.xml'],
      ['theme', '../theme/theme1.xml'],
    ]),
    'ppt/slideLayouts/slideLayout1.xml': `<p:sldLayout ${NAMESPACES}><p:cSld><p:spTree>${TREE}</p:spTree></p:cSld></p:sldLayout>`,
    'ppt/slideLayouts/_rels/slideLayout1.xml.rels': relationships([
      ['slideMaster', '../slideMasters/slideMaster1.xml'],
    ]),
    'ppt/theme/theme1.xml': THEME,
  };
  const attributes = show === undefined ? '' : ` show="${show}"`;
  for (const [index, inside] of slides.entries()) {
    parts[`ppt/slides/slide${index + 1}.xml`] =
      `<p:sld ${NAMESPACES}${attributes}><p:cSld><p:spTree>${TREE}${inside}</p:spTree></p:cSld></p:sld>`;
    parts[`ppt/slides/_rels/slide${index + 1}.xml.rels`] = relationships([
      ['slideLayout', '../slideLayouts/slideLayout1.xml'],
    ]);
  }
  return zipSync(Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, strToU8(text)])));
}

/** A text box whose paragraphs are `paragraphs`, XML of `a:p` elements. */
export function aBox(id: number, paragraphs: string, { name = `Box ${id}`, locks = '', kind = '' } = {}): string {
  return `<p:sp><p:nvSpPr><p:cNvPr id="${id}" name="${name}"/><p:cNvSpPr>${locks}</p:cNvSpPr><p:nvPr>${kind}</p:nvPr></p:nvSpPr><p:spPr><a:xfrm><a:off x="914400" y="${id * 900_000}"/><a:ext cx="6000000" cy="800000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr><p:txBody><a:bodyPr/>${paragraphs}</p:txBody></p:sp>`;
}

export function aRun(text: string, properties = ''): string {
  return `<a:r>${properties}<a:t>${text}</a:t></a:r>`;
}

/** A table of one row per list, one cell per text. */
export function aSlideTable(id: number, rows: string[][]): string {
  const cells = (row: string[]) =>
    row.map((text) => `<a:tc><a:txBody><a:bodyPr/><a:p>${aRun(text)}</a:p></a:txBody><a:tcPr/></a:tc>`).join('');
  const columns = (rows[0] ?? []).map(() => '<a:gridCol w="2000000"/>').join('');
  return `<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="${id}" name="Table ${id}"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr><p:xfrm><a:off x="914400" y="4000000"/><a:ext cx="4000000" cy="800000"/></p:xfrm><a:graphic><a:graphicData uri="${A.replace('/main', '/table')}"><a:tbl><a:tblGrid>${columns}</a:tblGrid>${rows
    .map((row) => `<a:tr h="370840">${cells(row)}</a:tr>`)
    .join('')}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>`;
}

function relationships(all: [kind: string, target: string][]): string {
  const inside = all.map(
    ([kind, target], index) => `<Relationship Id="rId${index + 1}" Type="${R}/${kind}" Target="${target}"/>`,
  );
  return `<Relationships xmlns="${PACKAGE}/relationships">${inside.join('')}</Relationships>`;
}

function contentTypes(slides: number): string {
  const override = (name: string, kind: string) =>
    `<Override PartName="/ppt/${name}.xml" ContentType="${TYPE}.${kind}+xml"/>`;
  const all = [
    override('presentation', 'presentationml.presentation.main'),
    override('slideMasters/slideMaster1', 'presentationml.slideMaster'),
    override('slideLayouts/slideLayout1', 'presentationml.slideLayout'),
    override('theme/theme1', 'theme'),
    ...Array.from({ length: slides }, (_, index) => override(`slides/slide${index + 1}`, 'presentationml.slide')),
  ];
  return `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${all.join('')}</Types>`;
}

const COLOURS = 'dk1 lt1 dk2 lt2 accent1 accent2 accent3 accent4 accent5 accent6 hlink folHlink'
  .split(' ')
  .map((name, index) => `<a:${name}><a:srgbClr val="${index % 2 === 1 ? 'FFFFFF' : '204060'}"/></a:${name}>`)
  .join('');
const FONT = '<a:latin typeface="Arial"/><a:ea typeface=""/><a:cs typeface=""/>';
const FILL = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>';
const EFFECT = '<a:effectStyle><a:effectLst/></a:effectStyle>';
const THEME = `<a:theme xmlns:a="${A}" name="Plain"><a:themeElements><a:clrScheme name="Plain">${COLOURS}</a:clrScheme><a:fontScheme name="Plain"><a:majorFont>${FONT}</a:majorFont><a:minorFont>${FONT}</a:minorFont></a:fontScheme><a:fmtScheme name="Plain"><a:fillStyleLst>${FILL.repeat(3)}</a:fillStyleLst><a:lnStyleLst>${`<a:ln>${FILL}</a:ln>`.repeat(3)}</a:lnStyleLst><a:effectStyleLst>${EFFECT.repeat(3)}</a:effectStyleLst><a:bgFillStyleLst>${FILL.repeat(3)}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>`;
