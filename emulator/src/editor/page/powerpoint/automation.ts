import type { PresentationView } from '../../powerpoint/presentation-content.ts';
import type { OpenFile } from '../fields/field-window.tsx';

/** What a browser test may use. */
interface PowerPointForTests {
  /** The texts of each slide, in reading order. */
  slides(): string[][];
  /**
   * Puts the caret at the end of the first text box that contains `text` (without it: of the first one) and the focus
   * into it. False when there is no such box.
   */
  placeCaret(text?: string): boolean;
}

declare global {
  interface Window {
    powerPointForTests?: PowerPointForTests;
  }
}

/** To be called after every drawing. */
export function offerAutomation({ view, values }: OpenFile<PresentationView, string>): void {
  window.powerPointForTests = {
    slides: () => view.slides.map(({ id, boxes }) => boxes.map((box) => values.get(`${id}!${box.id}`) ?? box.text)),
    placeCaret: (text = '') => {
      const boxes = [...document.querySelectorAll<HTMLTextAreaElement>('.slide textarea')];
      const box = boxes.find(({ value }) => value.includes(text));
      box?.focus();
      box?.setSelectionRange(box.value.length, box.value.length);
      return box !== undefined;
    },
  };
  document.documentElement.dataset.editorReady = 'true';
}
