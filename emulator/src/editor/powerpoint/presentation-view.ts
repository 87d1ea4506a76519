import { readParagraphs, textOfBox } from './box-text.ts';
import { readPresentation, readSlide, type Slide, type TextBox } from './presentation.ts';

/** What the page shows of a presentation. */
export interface PresentationView {
  readOnlyBecause?: string;
  slides: SlideView[];
}

export interface SlideView {
  id: string;
  isHidden: boolean;
  boxes: BoxView[];
}

export interface BoxView {
  id: string;
  name: string;
  placeholder?: string;
  cell?: TextBox['cell'];
  text: string;
  readOnlyBecause?: string;
}

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
