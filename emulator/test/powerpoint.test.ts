import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changedParts, partsOf } from './excel-files.ts';
import { type OfficeSession, OTHER_TAB, startOfficeSession } from './office-session.ts';
import { aBox, aPresentation, aRun, aSlideTable } from './powerpoint-files.ts';

let session: OfficeSession;
let files = 0;

beforeAll(async () => {
  session = await startOfficeSession();
});
afterAll(() => session?.close());

const upload = (content: Uint8Array) => session.upload(`slides-${++files}.pptx`, content);
const slide = (content: Uint8Array, number = 1) => partsOf(content)[`ppt/slides/slide${number}.xml`] ?? '';
const BOLD = '<a:rPr lang="en-GB" b="1"/>';

/** The paragraphs of a box after its text was brought to `text`. */
async function edited(paragraphs: string, text: string): Promise<string> {
  const file = await upload(aPresentation([aBox(2, paragraphs)]));
  expect(await file.save({ '256!2': text })).toMatchObject({ status: 200, lost: [] });
  const after = slide(await file.download());
  return after.slice(after.indexOf('<a:bodyPr/>') + '<a:bodyPr/>'.length, after.indexOf('</p:txBody>'));
}

describe('text that is changed', () => {
  test('is all that changes: other slides, boxes and parts keep their bytes', async () => {
    const inGroup = `<p:grpSp><p:nvGrpSpPr><p:cNvPr id="8" name="Group"/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>${aBox(3, `<a:p>${aRun('Inside')}</a:p>`)}</p:grpSp>`;
    const slides = [aBox(2, `<a:p>${aRun('One')}</a:p>`) + inGroup, aSlideTable(4, [['a', 'b']])];
    const before = aPresentation(slides);
    const file = await upload(before);

    await file.save({ '256!3': 'Inside & <out>', '257!4/0/1': 'B' });

    const after = await file.download();
    expect(changedParts(before, after)).toEqual(['ppt/slides/slide1.xml', 'ppt/slides/slide2.xml']);
    expect(slide(after)).toBe(slide(before).replace('Inside<', 'Inside &amp; &lt;out&gt;<'));
    expect(slide(after, 2)).toBe(slide(before, 2).replace('<a:t>b<', '<a:t>B<'));
  });

  test('joins the run that it stands in, and other runs keep theirs', async () => {
    const paragraphs = `<a:p><a:pPr lvl="1"/>${aRun('Wash ', BOLD)}${aRun('hands', '<a:rPr i="1"/>')}<a:endParaRPr lang="de"/></a:p>`;

    expect(await edited(paragraphs, 'Wash all hands')).toBe(paragraphs.replace('Wash ', 'Wash all '));
    expect(await edited(paragraphs, 'Wash feet')).toBe(paragraphs.replace('>hands<', '>feet<'));
    expect(await edited(paragraphs, 'Wash hands!')).toBe(paragraphs.replace('>hands<', '>hands!<'));
    expect(await edited(paragraphs, 'hands')).toBe(paragraphs.replace(aRun('Wash ', BOLD), ''));
  });

  test('leaves line breaks and fields where they are', async () => {
    const field = '<a:fld id="{1}" type="slidenum"><a:rPr lang="en-GB"/><a:t>3</a:t></a:fld>';
    const paragraphs = `<a:p>${aRun('Page ')}${field}<a:br><a:rPr b="1"/></a:br>${aRun('of ten')}</a:p>`;

    expect(await edited(paragraphs, 'Seite 3\nof twelve')).toBe(
      paragraphs.replace('Page ', 'Seite ').replace('of ten', 'of twelve'),
    );
    expect(await edited(paragraphs, 'Page 3!\nof ten')).toBe(
      paragraphs.replace(field, `${field}${aRun('!', '<a:rPr lang="en-GB"/>')}`),
    );
    expect(await edited(paragraphs, 'Page 44\nof ten')).toBe(
      paragraphs.replace(`${aRun('Page ')}${field}`, aRun('Page 44')),
    );
  });

  test('in two lines leaves what lies between, and a new line is a paragraph like the one before', async () => {
    const middle = `<a:p>${aRun('bo')}${aRun('th', BOLD)}</a:p>`;
    const paragraphs = `<a:p><a:pPr lvl="2"/>${aRun('one', BOLD)}</a:p>\n  ${middle}\n  <a:p>${aRun('two')}</a:p>`;

    expect(await edited(paragraphs, 'One\nboth\nTwo')).toBe(paragraphs.replace('one', 'One').replace('two', 'Two'));
    expect(await edited(`<a:p><a:pPr lvl="2"/>${aRun('one', BOLD)}</a:p>`, 'on\nly\ne')).toBe(
      ['on', 'ly', 'e'].map((text) => `<a:p><a:pPr lvl="2"/>${aRun(text, BOLD)}</a:p>`).join(''),
    );
    expect(await edited(`<a:p>${aRun('a')}</a:p><a:p>${aRun('b', BOLD)}</a:p>`, 'ab')).toBe(
      `<a:p>${aRun('a')}${aRun('b', BOLD)}</a:p>`,
    );
  });

  test('in an empty box is set as its paragraph’s end says, and a box may be emptied', async () => {
    expect(await edited('<a:p><a:endParaRPr lang="de" b="1"/></a:p>', 'Neu')).toBe(
      '<a:p><a:r><a:rPr lang="de" b="1"/><a:t>Neu</a:t></a:r><a:endParaRPr lang="de" b="1"/></a:p>',
    );
    expect(await edited('<a:p/>', 'New')).toBe(`<a:p>${aRun('New')}</a:p>`);
    expect(await edited(`<a:p>${aRun('Old', BOLD)}</a:p>`, '')).toBe(`<a:p>${aRun('', BOLD)}</a:p>`);
  });

  test('may hold characters of two units, and none that XML forbids', async () => {
    expect(await edited(`<a:p>${aRun('Good 😀')}</a:p>`, 'Good 😁\u0007')).toBe(`<a:p>${aRun('Good 😁')}</a:p>`);
  });
});

describe('two tabs', () => {
  test('that change different boxes both survive; of one box the later save stays, and it is said whose was replaced', async () => {
    const file = await upload(
      aPresentation([aBox(2, `<a:p>${aRun('one')}</a:p>`) + aBox(3, `<a:p>${aRun('two')}</a:p>`)]),
    );
    const { tag: base } = await file.view();

    await file.save({ '256!2': 'ONE', '256!3': 'TWO' }, { base });
    const second = await file.save({ '256!3': 'zwei' }, { base, tab: OTHER_TAB });

    expect(second.overwritten).toEqual([{ key: '256!3', by: 'Ann Example' }]);
    const { boxes } = (await file.view()).view.slides[0];
    expect(boxes.map(({ text }: { text: string }) => text)).toEqual(['ONE', 'zwei']);
  });
});

describe('what takes no change says so', () => {
  test('locked shapes, and boxes that are gone', async () => {
    const locked = aBox(2, `<a:p>${aRun('Fixed')}</a:p>`, { name: 'Seal', locks: '<a:spLocks noTextEdit="1"/>' });
    const before = aPresentation([locked]);
    const file = await upload(before);

    const { lost } = await file.save({ '256!2': 'x', '256!99': 'y', '999!2': 'z' });

    expect(lost).toEqual([
      'The text of “Seal” on slide 1 is locked and was not changed.',
      'A text box or slide that was changed here no longer exists; its new text was not saved.',
      'A text box or slide that was changed here no longer exists; its new text was not saved.',
    ]);
    expect(await file.download()).toEqual(before);
  });

  test('a presentation whose change needs a password is read only', async () => {
    const file = await upload(
      aPresentation([aBox(2, `<a:p>${aRun('x')}</a:p>`)], { presentation: '<p:modifyVerifier hashData="x"/>' }),
    );

    expect((await file.view()).view.readOnlyBecause).toContain('password');
    expect(await file.save({ '256!2': 'y' })).toMatchObject({ status: 403, error: { code: 'protected' } });
  });
});

test('the page is told of slides in their order, hidden ones, placeholders and cells of tables', async () => {
  const title = aBox(2, `<a:p>${aRun('Hygiene')}</a:p>`, { name: 'Title 1', kind: '<p:ph type="title"/>' });
  const file = await upload(aPresentation([title + aSlideTable(4, [['a'], ['b']])], { show: '0' }));

  const { slides } = (await file.view()).view;

  expect(slides).toMatchObject([
    {
      id: '256',
      isHidden: true,
      boxes: [
        { id: '2', name: 'Title 1', placeholder: 'title', text: 'Hygiene' },
        { id: '4/0/0', name: 'Table 4, row 1, column 1', cell: { row: 0, column: 0 }, text: 'a' },
        { id: '4/1/0', text: 'b' },
      ],
    },
  ]);
});
