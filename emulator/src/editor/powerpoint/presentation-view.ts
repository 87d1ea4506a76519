import { readParagraphs, textOfBox } from './box-text.ts';
import { readPresentation, readSlide, type Slide, type TextBox } from './presentation.ts';
import type { BoxView, PresentationView } from './presentation-content.ts';

export function viewPresentation(content: Uint8Array): PresentationView {
  const { parts, slides, readOnlyBecause } = readPresentation(content);
  return {
    ...(readOnlyBecause === undefined ? {} : { readOnlyBecause }),
    slides: slides.map(({ id, part }) => {
      const slide = readSlide(parts.getPart(part));
      return { id, isHidden: slide.isHidden, boxes: slide.boxes.map((box) => viewBox(slide, box)) };
    }),
  };
}

function viewBox({ xml }: Slide, { id, name, placeholder, cell, body, isLocked }: TextBox): BoxView {
  return {
    id,
    name,
    ...(placeholder === undefined ? {} : { placeholder }),
    ...(cell === undefined ? {} : { cell }),
    text: textOfBox(readParagraphs(xml, body)),
    ...(isLocked ? { readOnlyBecause: 'The text of this shape is locked.' } : {}),
  };
}
