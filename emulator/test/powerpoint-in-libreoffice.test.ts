import { afterAll, beforeAll, expect, test } from 'vitest';
import { convertWithLibreOffice, LIBREOFFICE_PATIENCE_MS } from './libreoffice.ts';
import { type OfficeSession, startOfficeSession } from './office-session.ts';
import { aBox, aPresentation, aRun, aSlideTable } from './powerpoint-files.ts';

let session: OfficeSession;

beforeAll(async () => {
  session = await startOfficeSession();
});
afterAll(() => session?.close());

test(
  'LibreOffice reads changed boxes and cells of tables, with their formatting and line breaks',
  async () => {
    const bold = '<a:rPr lang="en-GB" b="1"/>';
    const first = aBox(2, `<a:p>${aRun('Wash ')}${aRun('hands', bold)}<a:br/>${aRun('often')}</a:p>`);
    const file = await session.upload('steps.pptx', aPresentation([first, aSlideTable(4, [['Ward', 'Nurse']])]));

    await file.save({ '256!2': 'Wash feet\noften\nand & <well>', '257!4/0/1': 'Sister Mary' });

    const xml = await convertWithLibreOffice('steps.pptx', await file.download(), 'fodp');
    const lines = [...xml.matchAll(/<text:p[^>]*>(.*?)<\/text:p>/gs)].map(([, inside = '']) =>
      inside.replace(/<text:line-break\/>/g, ' / ').replace(/<[^>]*>/g, ''),
    );
    expect(lines).toEqual(
      expect.arrayContaining(['Wash feet / often', 'and &amp; &lt;well&gt;', 'Ward', 'Sister Mary']),
    );
    const style = /<text:span text:style-name="(\w+)">feet</.exec(xml)?.[1];
    expect(xml).toMatch(new RegExp(`style:name="${style}"[^>]*>\\s*<style:text-properties[^>]*fo:font-weight="bold"`));
  },
  LIBREOFFICE_PATIENCE_MS,
);
