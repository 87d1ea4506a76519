import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aTable, aWorkbook, changedParts, partsOf, relation } from './excel-files.ts';
import { type OfficeSession, OTHER_TAB, startOfficeSession } from './office-session.ts';

let session: OfficeSession;
let files = 0;

beforeAll(async () => {
  session = await startOfficeSession();
});
afterAll(() => session?.close());

const upload = (content: Uint8Array) => session.upload(`book-${++files}.xlsx`, content);
const sheet = (content: Uint8Array, number = 1) => partsOf(content)[`xl/worksheets/sheet${number}.xml`] ?? '';

const COSTS = {
  name: 'Costs',
  before: '<dimension ref="A1:B2"/><cols><col min="3" max="3" width="9" style="2"/></cols>',
  rows: '<row r="1" spans="1:2"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>46085</v></c></row><row r="2"><c r="A2"><v>1.5</v></c><c r="B2" t="b"><v>1</v></c></row>',
};
const STRINGS = '<si><t>Gloves</t></si><si><r><rPr><b/></rPr><t>Very</t></r><r><t> dear</t></r></si>';

describe('a cell that is changed', () => {
  test('is all that changes: formats, other cells and other parts keep their bytes', async () => {
    const before = aWorkbook([COSTS, { name: 'Other', rows: '' }], { strings: STRINGS });
    const file = await upload(before);

    const saved = await file.save({ '1!A1': 'Masks & <gowns>', '1!B1': 46086 });

    expect(saved).toMatchObject({ status: 200, lost: [] });
    const after = await file.download();
    expect(changedParts(before, after)).toEqual(['xl/worksheets/sheet1.xml']);
    expect(sheet(after)).toBe(
      sheet(before)
        .replace(
          '<c r="A1" t="s"><v>0</v></c>',
          '<c r="A1" t="inlineStr"><is><t>Masks &amp; &lt;gowns&gt;</t></is></c>',
        )
        .replace('<v>46085</v>', '<v>46086</v>'),
    );
  });

  test('may be an empty one, in its place among rows and cells and with the format of its column', async () => {
    const file = await upload(aWorkbook([COSTS], { strings: STRINGS }));

    await file.save({ '1!C1': 0.5, '1!B4': ' two\nlines ', '1!A3': true, '1!D2': 7 });

    const after = sheet(await file.download());
    expect(after).toContain('<dimension ref="A1:D4"/>');
    expect(after).toContain(
      '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>46085</v></c><c r="C1" s="2"><v>0.5</v></c></row>',
    );
    expect(after).toContain('<c r="B2" t="b"><v>1</v></c><c r="D2"><v>7</v></c></row>');
    expect(after).toContain(
      '<row r="3"><c r="A3" t="b"><v>1</v></c></row><row r="4"><c r="B4" t="inlineStr"><is><t xml:space="preserve"> two\nlines </t></is></c></row></sheetData>',
    );
  });

  test('may be emptied, and keeps its format', async () => {
    const file = await upload(aWorkbook([COSTS], { strings: STRINGS }));

    await file.save({ '1!B1': null, '1!A2': '' });

    expect(sheet(await file.download())).toContain('<c r="B1" s="1"/></row><row r="2"><c r="A2"/>');
  });

  test('a rich text and its like stay as they are until they are changed', async () => {
    const rows = '<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" t="s"><v>1</v></c></row>';
    const before = aWorkbook([{ name: 'Rich', rows }], { strings: STRINGS });
    const file = await upload(before);
    expect((await file.view()).view.sheets[0].cells[0]).toEqual({ at: 'A1', value: 'Very dear', isRich: true });

    await file.save({ '1!A1': 'Very dear', '1!B1': 'Cheap' });

    const after = await file.download();
    expect(sheet(after)).toContain('<c r="A1" t="s"><v>1</v></c><c r="B1" t="inlineStr">');
    expect(changedParts(before, after)).toEqual(['xl/worksheets/sheet1.xml']);
  });

  test('in a workbook with prefixes, unnumbered rows and no cells yet is written in the same manner', async () => {
    const before = aWorkbook([{ name: 'Bare', rows: '' }]);
    const parts = partsOf(before);
    const prefixed = (parts['xl/worksheets/sheet1.xml'] ?? '')
      .replace('xmlns=', 'xmlns:x=')
      .replace(/<(\/?)(worksheet|sheetData)/g, '<$1x:$2')
      .replace('<x:sheetData></x:sheetData>', '<x:sheetData><x:row><x:c><x:v>3</x:v></x:c></x:row></x:sheetData>');
    const { zipSync, strToU8 } = await import('fflate');
    const all = Object.entries({ ...parts, 'xl/worksheets/sheet1.xml': prefixed });
    const file = await upload(zipSync(Object.fromEntries(all.map(([name, text]) => [name, strToU8(text)]))));
    expect((await file.view()).view.sheets[0].cells).toEqual([{ at: 'A1', value: 3 }]);

    await file.save({ '1!A1': 4, '1!B2': 'x' });

    expect(sheet(await file.download())).toContain(
      '<x:sheetData><x:row><x:c r="A1"><x:v>4</x:v></x:c></x:row><x:row r="2"><x:c r="B2" t="inlineStr"><x:is><x:t>x</x:t></x:is></x:c></x:row></x:sheetData>',
    );
  });
});

describe('two people', () => {
  test('that change different cells keep both; of one cell the later save stays, and it is said whose was replaced', async () => {
    const file = await upload(aWorkbook([COSTS], { strings: STRINGS }));
    const bobs = await session.share(file, 'write');
    const { tag: base } = await file.view();

    await file.save({ '1!A1': 'first', '1!A2': 10 }, { base });
    const second = await bobs.save({ '1!A1': 'second', '1!B9': 'mine' }, { base, tab: OTHER_TAB });

    expect(second.overwritten).toEqual([{ key: '1!A1', by: 'Ann Example' }]);
    const { view } = await file.view();
    const cells = Object.fromEntries(
      view.sheets[0].cells.map((cell: { at: string; value: unknown }) => [cell.at, cell.value]),
    );
    expect(cells).toMatchObject({ A1: 'second', A2: 10, B9: 'mine' });
    const { body } = await session.graph('GET', `/me/drive/items/${file.id}/versions`);
    const names = body.value.map(
      (one: { lastModifiedBy: { user: { displayName: string } } }) => one.lastModifiedBy.user.displayName,
    );
    expect(names.slice(0, 2)).toEqual(['Bob Example', 'Ann Example']);
  });

  test('of whom one may only read: that one sees what is saved and saves nothing', async () => {
    const file = await upload(aWorkbook([COSTS], { strings: STRINGS }));
    const bobs = await session.share(file, 'read');

    expect(await bobs.view()).toMatchObject({ mayWrite: false, view: { sheets: [{ name: 'Costs' }] } });
    expect(await bobs.save({ '1!A1': 'x' }, { tab: OTHER_TAB })).toMatchObject({
      status: 403,
      error: { code: 'protected' },
    });
  });

  test('a save that is sent again after its answer was lost does not undo what came between', async () => {
    const file = await upload(aWorkbook([COSTS], { strings: STRINGS }));

    await file.save({ '1!A2': 1 }, { edit: 50 });
    await file.save({ '1!A2': 2 }, { tab: OTHER_TAB });
    await file.save({ '1!A2': 1 }, { edit: 50 });

    expect(sheet(await file.download())).toContain('<c r="A2"><v>2</v></c>');
  });

  test('hear that nothing is newer without getting the content again', async () => {
    const file = await upload(aWorkbook([COSTS], { strings: STRINGS }));
    const { tag } = await file.view();
    const newerThan = async (known: string) =>
      (await file.call('GET', `/content?after=${encodeURIComponent(known)}`)).json();

    expect(await newerThan(tag)).toEqual({ tag, mayWrite: true, view: null });
    expect(await newerThan('older')).toMatchObject({ tag, view: { sheets: [{ name: 'Costs' }] } });
  });
});

describe('formulas', () => {
  const rows =
    '<row r="1"><c r="A1"><v>1</v></c><c r="B1" s="2"><f>A1*2</f><v>2</v></c><c r="C1"><f>SUM(B1:B3)</f><v>2</v></c><c r="D1"><f>E1+1</f><v>1</v></c><c r="F1" t="str"><f>INDIRECT("A1")</f><v>1</v></c></row>';
  const other = '<row r="1"><c r="A1"><f>\'The costs\'!$A$1</f><v>1</v></c><c r="B1"><f>A2</f><v>0</v></c></row>';

  test('lose the value they had where they may depend on a changed cell, and Excel calculates when it opens the file', async () => {
    const before = aWorkbook([
      { name: 'The costs', rows },
      { name: 'Sum', rows: other },
      { name: 'Plain', rows: '' },
    ]);
    const file = await upload(before);

    await file.save({ '1!A1': 5 });

    const after = await file.download();
    expect(changedParts(before, after)).toEqual([
      'xl/workbook.xml',
      'xl/worksheets/sheet1.xml',
      'xl/worksheets/sheet2.xml',
    ]);
    expect(sheet(after)).toContain(
      '<c r="A1"><v>5</v></c><c r="B1" s="2"><f>A1*2</f></c><c r="C1"><f>SUM(B1:B3)</f></c><c r="D1"><f>E1+1</f><v>1</v></c><c r="F1"><f>INDIRECT("A1")</f></c>',
    );
    expect(sheet(after, 2)).toContain('<f>\'The costs\'!$A$1</f></c><c r="B1"><f>A2</f><v>0</v></c>');
    expect(partsOf(after)['xl/workbook.xml']).toContain('</sheets><calcPr fullCalcOnLoad="1"/></workbook>');
  });

  test('that do not depend on it leave the workbook as it is', async () => {
    const before = aWorkbook([{ name: 'Plain', rows: '<row r="1"><c r="A1"><f>B1</f><v>0</v></c></row>' }]);
    const file = await upload(before);

    await file.save({ '1!C1': 5 });

    expect(changedParts(before, await file.download())).toEqual(['xl/worksheets/sheet1.xml']);
  });
});

describe('what takes no change says so', () => {
  test('formulas, what they fill, cells under merged ones, totals, pivot tables, locked cells', async () => {
    const file = await upload(
      aWorkbook(
        [
          {
            name: 'Fixed',
            rows: '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f t="array" ref="B1:B2">C1:C2</f><v>0</v></c></row><row r="2"><c r="B2"><v>0</v></c></row>',
            after: '<mergeCells count="1"><mergeCell ref="D1:E2"/></mergeCells>',
            related: relation('rId1', 'table', '../tables/table1.xml'),
          },
          {
            name: 'Locked',
            rows: '<row r="1"><c r="A1" s="4"><v>1</v></c><c r="B1"><v>2</v></c></row>',
            after: '<sheetProtection sheet="1"/>',
          },
        ],
        { parts: { 'xl/tables/table1.xml': aTable(['x'], 'ref="G1:G3" totalsRowCount="1"') } },
      ),
    );

    const refused = await file.save({
      '1!A1': 3,
      '1!B2': 3,
      '1!E2': 3,
      '1!G3': 3,
      '2!B1': 3,
      '2!C9': 3,
      '2!A1': 3,
      '7!A1': 1,
      '1!ZZZZ1': 1,
    });

    expect(refused.lost).toEqual([
      'The sheet of A1 no longer exists.',
      'There is no cell ZZZZ1.',
      'Fixed!A1 was not changed. This cell holds a formula, and formulas cannot be changed here.',
      'Fixed!B2 was not changed. A formula fills this cell.',
      'Fixed!E2 was not changed. This cell lies under a merged one.',
      'Fixed!G3 was not changed. This is the total of a table.',
      'Locked!B1 was not changed. This sheet is protected, and the cell is locked.',
      'Locked!C9 was not changed. This sheet is protected, and the cell is locked.',
    ]);
    expect(sheet(await file.download(), 2)).toContain('<c r="A1" s="4"><v>3</v></c><c r="B1"><v>2</v></c>');
  });

  test('a workbook whose change needs a password is read only', async () => {
    const reserved = aWorkbook([COSTS], {
      strings: STRINGS,
      workbook: '<fileSharing userName="x" reservationPassword="ABCD"/>',
    });
    const file = await upload(reserved);

    expect((await file.view()).view.readOnlyBecause).toContain('password');
    expect(await file.save({ '1!A1': 1 })).toMatchObject({ status: 403, error: { code: 'protected' } });
  });

  test('what is no workbook is refused in words', async () => {
    const file = await upload(new TextEncoder().encode('no zip'));

    const answer = await file.call('GET', '/content');

    expect(answer.status).toBe(415);
    expect(await answer.json()).toMatchObject({ error: { message: 'This is not a workbook that can be opened.' } });
  });
});

describe('the heading of a table', () => {
  const rows =
    '<row r="1"><c r="A1" t="inlineStr"><is><t>Item</t></is></c><c r="B1" t="inlineStr"><is><t>Price</t></is></c></row>';
  const table = { 'xl/tables/table1.xml': aTable(['Item', 'Price'], 'ref="A1:B3"') };
  const listed = { name: 'List', rows, related: relation('rId1', 'table', '../tables/table1.xml') };

  test('changes in the table too, where Excel wants it to be the same', async () => {
    const before = aWorkbook([listed], { parts: table });
    const file = await upload(before);

    await file.save({ '1!B1': 2026 });

    const after = await file.download();
    expect(changedParts(before, after)).toEqual(['xl/tables/table1.xml', 'xl/worksheets/sheet1.xml']);
    expect(partsOf(after)['xl/tables/table1.xml']).toContain('<tableColumn id="2" name="2026"/>');
    expect(sheet(after)).toContain('<c r="B1" t="inlineStr"><is><t>2026</t></is></c>');
  });

  test('must be there and unique, and stays when formulas use it', async () => {
    const used = { ...listed, rows: `${rows}<row r="5"><c r="A5"><f>SUM(T[Price])</f></c></row>` };
    const file = await upload(aWorkbook([used], { parts: table }));

    const { lost } = await file.save({ '1!A1': 'price' });
    const { lost: empty } = await file.save({ '1!A1': null });
    const { lost: inFormula } = await file.save({ '1!B1': 'Cost' });

    expect([lost[0], empty[0], inFormula[0]]).toEqual([
      'List!A1 was not changed. The table has a column “price” already.',
      'List!A1 was not changed. The heading of a table column cannot be empty.',
      'List!B1 was not changed. Formulas use this heading, and they cannot be changed here.',
    ]);
  });
});

describe('around the editor', () => {
  test('a save is a version with the name of who made it, and the open file is locked against Graph (C5)', async () => {
    const file = await upload(aWorkbook([COSTS], { strings: STRINGS }));
    await file.call('POST', '/heartbeat', { tab: 'tab-open-00' });

    await file.save({ '1!A1': 'by Ann' });

    const versions = await session.graph('GET', `/me/drive/items/${file.id}/versions`);
    expect(versions.body.value).toHaveLength(2);
    expect(versions.body.value[0].lastModifiedBy.user.displayName).toBe('Ann Example');
    expect((await session.graph('PUT', `/me/drive/items/${file.id}/content`, 'x')).status).toBe(423);
    await file.call('POST', '/close', { tab: 'tab-open-00' });
    await file.call('POST', '/close', { tab: 'tab-one-of-ann' });
    expect((await session.graph('DELETE', `/me/drive/items/${file.id}`)).status).toBe(204);
  });

  test('only the editor’s own page may save, only who is signed in, and only what can be read', async () => {
    const file = await upload(aWorkbook([COSTS], { strings: STRINGS }));
    const body = { base: 'x', tab: 'tab-one-of-ann', changes: [{ key: '1!A1', edit: 1, value: 'x' }] };
    const save = async (what: object, headers = {}) => (await file.call('POST', '/fields', what, headers)).status;

    expect(await save(body, { 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await save(body, { cookie: '' })).toBe(401);
    expect(await save({ ...body, changes: [{ key: '1!A1', edit: 0, value: {} }] })).toBe(400);
    expect(await save(body)).toBe(200);
  });

  test('sheets, hidden ones too, merged cells, hidden rows and number formats are told to the page', async () => {
    const rows =
      '<row r="1"><c r="A1" s="1"><v>46085</v></c></row><row r="2" hidden="1"><c r="A2" t="e"><v>#N/A</v></c></row>';
    const file = await upload(
      aWorkbook([
        { name: 'A &amp; B', rows, after: '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>' },
        { name: 'Secret', rows: '', state: 'hidden' },
      ]),
    );

    const { sheets } = (await file.view()).view;

    expect(sheets.map(({ name, isHidden }: { name: string; isHidden: boolean }) => [name, isHidden])).toEqual([
      ['A & B', false],
      ['Secret', true],
    ]);
    expect(sheets[0]).toMatchObject({
      merges: ['A1:B1'],
      hiddenRows: [2],
      cells: [
        { at: 'A1', value: 46085, format: 'yyyy-mm-dd' },
        { at: 'A2', value: '#N/A', isError: true },
      ],
    });
  });
});
