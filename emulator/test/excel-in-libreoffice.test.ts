import { afterAll, beforeAll, expect, test } from 'vitest';
import { aTable, aWorkbook, relation } from './excel-files.ts';
import { convertWithLibreOffice, LIBREOFFICE_PATIENCE_MS } from './libreoffice.ts';
import { type OfficeSession, startOfficeSession } from './office-session.ts';

let session: OfficeSession;

beforeAll(async () => {
  session = await startOfficeSession();
});
afterAll(() => session?.close());

test(
  'LibreOffice reads changed and filled cells by their formats, and calculates what depends on them anew',
  async () => {
    const rows =
      '<row r="1"><c r="A1" t="inlineStr"><is><t>Item</t></is></c><c r="B1" t="inlineStr"><is><t>Price</t></is></c></row><row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2"><v>2</v></c></row><row r="3"><c r="B3"><v>3</v></c></row><row r="5"><c r="A5" s="1"><v>46085</v></c><c r="B5"><f>SUM(B2:B4)</f><v>5</v></c></row>';
    const file = await session.upload(
      'prices.xlsx',
      aWorkbook([{ name: 'Prices', rows, related: relation('rId1', 'table', '../tables/table1.xml') }], {
        strings: '<si><t>Gloves</t></si>',
        parts: { 'xl/tables/table1.xml': aTable(['Item', 'Price'], 'ref="A1:B3"') },
      }),
    );

    await file.save({
      '1!B1': 'Cost',
      '1!A2': 'Masks, "blue" & <green>',
      '1!B3': 40.5,
      '1!A5': 46086,
      '1!D7': true,
    });

    const csv = await convertWithLibreOffice('prices.xlsx', await file.download(), 'csv');
    expect(csv.trim().split('\n')).toEqual([
      'Item,Cost,,',
      '"Masks, ""blue"" & <green>",2,,',
      ',40.5,,',
      ',,,',
      '2026-03-05,42.5,,',
      ',,,',
      ',,,TRUE',
    ]);
  },
  LIBREOFFICE_PATIENCE_MS,
);
