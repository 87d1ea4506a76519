import { replaceRanges } from '../blocks/xml-tree.ts';
import { localName } from '../fields/office-package.ts';
import type { FieldChange } from '../fields/open-files.ts';
import { readParagraphs, textOfBox, writeParagraph } from './box-text.ts';
import { editBoxText } from './edit-box-text.ts';
import { readPresentation, readSlide, type Slide, type TextBox } from './presentation.ts';

/** Puts text into boxes of a presentation; keys are `{sldId}!{box id}`, e.g. `256!2` or, in a table, `257!4/0/1`. */
export function changeBoxes(
  content: Uint8Array,
  changes: FieldChange<string>[],
): { content: Uint8Array | undefined; lost: string[] } {
  const presentation = readPresentation(content);
  const lost: string[] = [];
  for (const { key, value } of changes) {
    const mark = key.indexOf('!');
    const index = presentation.slides.findIndex(({ id }) => id === key.slice(0, mark));
    const part = presentation.slides[index]?.part;
    const slide = part === undefined ? undefined : readSlide(presentation.parts.getPart(part));
    const box = slide?.boxes.find(({ id }) => id === key.slice(mark + 1));
    if (!slide || !box || part === undefined)
      lost.push('A text box or slide that was changed here no longer exists; its new text was not saved.');
    else if (box.isLocked) lost.push(`The text of “${box.name}” on slide ${index + 1} is locked and was not changed.`);
    else presentation.parts.replacePart(part, changeBox(slide, box, value));
  }
  return { content: presentation.parts.write(), lost };
}

function changeBox({ xml }: Slide, { body }: TextBox, value: string): string {
  const paragraphs = readParagraphs(xml, body);
  const text = value.replace(/\r\n?/g, '\n');
  if (text === textOfBox(paragraphs)) return xml;
  const nodes = body.children.filter(({ name }) => localName(name) === 'p');
  const [first, last] = [nodes[0], nodes.at(-1)];
  if (!first || !last) return xml;
  const edited = editBoxText(paragraphs, text);
  // While the paragraphs are as many, what lies between them (line ends of an indented file) stays too.
  const replacements =
    edited.length === nodes.length
      ? nodes.map(({ start, end }, index) => ({
          start,
          end,
          text: edited
            .slice(index, index + 1)
            .map(writeParagraph)
            .join(''),
        }))
      : [{ start: first.start, end: last.end, text: edited.map(writeParagraph).join('') }];
  return replaceRanges(xml, replacements);
}
