import { expect, test } from 'vitest';
import { graftParagraph } from './graft-paragraph.ts';

// The editor's writing of a paragraph spells out formatting and lacks what it does not know.
const p = (content: string) => `<w:p w14:paraId="0000000A">${content}</w:p>`;
const spelled = '<w:rPr><w:rFonts w:ascii="Calibri"/></w:rPr>';
const run = (text: string, properties = spelled) => `<w:r>${properties}<w:t xml:space="preserve">${text}</w:t></w:r>`;
const graft = (original: string, before: string, after: string) =>
  graftParagraph(original, before, after, (xml) => xml);

test('words typed at the end join the original text, and everything around it stays', () => {
  const original = p(
    '<w:pPr><w:jc w:val="left"/></w:pPr><w:proofErr w:type="spellStart"/><w:r w:rsidR="1"><w:t>One</w:t></w:r><w:proofErr w:type="spellEnd"/><w:r><w:rPr><w:b/><w:rPrChange w:id="1"/></w:rPr><w:t> two.</w:t></w:r>',
  );
  const bold = '<w:rPr><w:b/></w:rPr>';

  const grafted = graft(
    original,
    p(run('One') + run(' two.', bold)),
    p(run('One') + run(' two. Three &amp; four', bold)),
  );

  expect(grafted).toBe(original.replace('<w:t> two.</w:t>', '<w:t xml:space="preserve"> two. Three &amp; four</w:t>'));
});

test('words typed between two settings join the side that they are set like', () => {
  const original = p('<w:r><w:t>plain</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>bold</w:t></w:r>');
  const bold = '<w:rPr><w:b/></w:rPr>';
  const before = p(run('plain') + run('bold', bold));

  expect(graft(original, before, p(run('plain!') + run('bold', bold)))).toContain('<w:t>plain!</w:t>');
  expect(graft(original, before, p(run('plain') + run('!bold', bold)))).toContain('<w:t>!bold</w:t>');
});

test('words deleted across several original runs are taken from each of them', () => {
  const original = p(
    '<w:r><w:t>abc</w:t></w:r><w:bookmarkStart w:id="0"/><w:r><w:t>def</w:t></w:r><w:bookmarkEnd w:id="0"/><w:r><w:t>ghi</w:t></w:r>',
  );

  const grafted = graft(original, p(run('abcdefghi')), p(run('abhi')));

  expect(grafted).toBe(
    p(
      '<w:r><w:t>ab</w:t></w:r><w:bookmarkStart w:id="0"/><w:r><w:t></w:t></w:r><w:bookmarkEnd w:id="0"/><w:r><w:t>hi</w:t></w:r>',
    ),
  );
});

test('a suggestion cuts the original run and takes over its formatting', () => {
  const original = p('<w:r w:rsidR="7"><w:rPr><w:lang w:val="de"/></w:rPr><w:t>Hello world</w:t></w:r>');
  const inserted = `<w:ins w:id="1764000000000" w:author="Ada">${run('new ')}</w:ins>`;

  const grafted = graft(original, p(run('Hello world')), p(run('Hello ') + inserted + run('world')));

  expect(grafted).toBe(
    p(
      '<w:r w:rsidR="7"><w:rPr><w:lang w:val="de"/></w:rPr><w:t xml:space="preserve">Hello </w:t></w:r>' +
        '<w:ins w:id="1764000000000" w:author="Ada"><w:r><w:rPr><w:lang w:val="de"/></w:rPr><w:t xml:space="preserve">new </w:t></w:r></w:ins>' +
        '<w:r w:rsidR="7"><w:rPr><w:lang w:val="de"/></w:rPr><w:t>world</w:t></w:r>',
    ),
  );
});

test('words added to a suggestion join it although its date has moved on', () => {
  const mark = (date: string, text: string) => `<w:ins w:id="5" w:author="Ada" w:date="${date}">${run(text)}</w:ins>`;
  const original = p(`<w:ins w:id="5" w:author="Ada" w:date="1"><w:r><w:t>ne</w:t></w:r></w:ins>`);

  expect(graft(original, p(mark('1', 'ne')), p(mark('2', 'new')))).toBe(original.replace('>ne<', '>new<'));
});

test('a suggested deletion keeps what the editor does not know beside it', () => {
  const original = p('<w:r><w:t>Keep drop</w:t></w:r><w:r><w:object/></w:r><w:r><w:t> rest</w:t></w:r>');
  const deletion = '<w:del w:id="9" w:author="Ada"><w:r><w:delText>drop</w:delText></w:r></w:del>';

  const grafted = graft(original, p(run('Keep drop rest')), p(`${run('Keep ')}${deletion}${run(' rest')}`));

  expect(grafted).toBe(
    p(`<w:r><w:t xml:space="preserve">Keep </w:t></w:r>${deletion}<w:r><w:object/></w:r><w:r><w:t> rest</w:t></w:r>`),
  );
});

test('bold on one word changes that word alone', () => {
  const original = p('<w:r><w:rPr><w:lang w:val="de"/></w:rPr><w:t>one two three</w:t></w:r>');
  const bold = '<w:rPr><w:b/><w:rFonts w:ascii="Calibri"/></w:rPr>';

  const grafted = graft(original, p(run('one two three')), p(run('one ') + run('two', bold) + run(' three')));

  expect(grafted).toContain('<w:t xml:space="preserve">one </w:t>');
  expect(grafted).toContain(run('two', bold));
  expect(grafted?.match(/<w:lang w:val="de"\/>/g)).toHaveLength(2);
});

test('typing into an empty paragraph keeps its properties', () => {
  const original = '<w:p w14:paraId="0000000A" w:rsidR="1"><w:pPr><w:keepNext/><w:sectPr/></w:pPr></w:p>';

  const grafted = graft(original, p('<w:pPr><w:keepNext/></w:pPr>'), p(`<w:pPr><w:keepNext/></w:pPr>${run('Hi', '')}`));

  expect(grafted).toBe(original.replace('</w:p>', `${run('Hi', '')}</w:p>`));
  expect(graft('<w:p w14:paraId="0000000A"/>', p(''), p(run('Hi', '')))).toBe(p(run('Hi', '')));
});

test('an alignment changes that property alone', () => {
  const original = p('<w:pPr><w:keepNext/><w:sectPr/></w:pPr><w:r><w:t>x</w:t></w:r>');

  const grafted = graft(
    original,
    p(`<w:pPr><w:keepNext/></w:pPr>${run('x')}`),
    p(`<w:pPr><w:keepNext/><w:jc w:val="center"/></w:pPr>${run('x')}`),
  );

  expect(grafted).toBe(p('<w:pPr><w:keepNext/><w:jc w:val="center"/><w:sectPr/></w:pPr><w:r><w:t>x</w:t></w:r>'));
});

test('an edit is not placed when the editor reads another text than Word wrote', () => {
  expect(graft(p('<w:r><w:t>one</w:t></w:r>'), p(run('two')), p(run('two!')))).toBeUndefined();
});

test('an edit inside a content control, which may not be cut in two, is not placed', () => {
  const original = p('<w:sdt><w:sdtContent><w:r><w:t>date</w:t></w:r></w:sdtContent></w:sdt>');

  expect(graft(original, p(run('date')), p(run('da') + run('x', '<w:rPr><w:b/></w:rPr>') + run('te')))).toBeUndefined();
});
