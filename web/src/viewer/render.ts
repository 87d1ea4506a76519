import { pageZoom, reflowZoom } from './fit.ts';

const DESK_MARGIN = 24;

/** Draws the document into `paper`. The renderer comes with it, so that the page itself stays light. */
export async function renderDocument(
  bytes: ArrayBuffer,
  paper: HTMLElement,
  styles: HTMLElement,
  reflow: boolean,
): Promise<void> {
  const { renderAsync } = await import('docx-preview');
  paper.classList.toggle('reflow', reflow);
  // A place of its own: the renderer empties what it is given for its styles.
  await renderAsync(bytes, paper, styles, {
    className: 'docx',
    inWrapper: true,
    ignoreWidth: reflow,
    ignoreHeight: reflow,
    breakPages: !reflow,
    ignoreLastRenderedPageBreak: false,
    renderHeaders: true,
    renderFooters: true,
    // A draft with open changes and comments shows them: never silently one side.
    renderChanges: true,
    renderComments: true,
    // Foreign HTML inside a document would be drawn by a frame of its own.
    renderAltChunks: false,
    useBase64URL: false,
  });
  sayWhichPicturesAreMissing(paper);
  namePictures(paper);
  if (reflow) {
    letTablesScroll(paper);
    keepIndentsSmall(paper);
  }
}

/** Scales the document to the width there is. */
export function fitDocument(paper: HTMLElement, reflow: boolean): void {
  const wrapper = paper.querySelector<HTMLElement>('.docx-wrapper');
  if (!wrapper) return;
  wrapper.style.zoom = '1';
  if (reflow) wrapper.style.zoom = String(reflowZoom(countLettersBySize(wrapper)));
  else {
    const widths = pagesOf(paper).map((page) => page.offsetWidth);
    wrapper.style.zoom = String(pageZoom(Math.max(0, ...widths), document.documentElement.clientWidth, DESK_MARGIN));
  }
}

/** Where each page begins, from the top of the frame. */
export function pageTops(paper: HTMLElement): number[] {
  const top = paper.getBoundingClientRect().top;
  return pagesOf(paper).map((page) => Math.round(page.getBoundingClientRect().top - top));
}

function pagesOf(paper: HTMLElement): HTMLElement[] {
  return [...paper.querySelectorAll<HTMLElement>('.docx-wrapper > section.docx')];
}

function countLettersBySize(root: HTMLElement): Map<number, number> {
  const letters = new Map<number, number>();
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  // Enough of a long document to know its text size.
  for (let seen = 0; seen < 2000 && walker.nextNode(); seen += 1) {
    const node = walker.currentNode;
    const length = node.textContent?.trim().length ?? 0;
    if (length === 0 || !node.parentElement) continue;
    const size = Math.round(Number.parseFloat(getComputedStyle(node.parentElement).fontSize) * 10) / 10;
    letters.set(size, (letters.get(size) ?? 0) + length);
  }
  return letters;
}

/** The renderer drops the descriptions that an author gave, so a screen reader is at least told that a picture stands there. */
function namePictures(paper: HTMLElement): void {
  for (const picture of paper.querySelectorAll<HTMLImageElement>('img:not([alt])')) picture.alt = 'Picture';
}

/** Kinds that only Office draws (EMF, WMF) leave a gap that says so, not a torn picture. */
function sayWhichPicturesAreMissing(paper: HTMLElement): void {
  for (const picture of paper.querySelectorAll<HTMLImageElement | SVGImageElement>('img, svg image')) {
    const replace = () => {
      const note = document.createElement('span');
      note.className = 'missing-picture';
      note.textContent = 'A picture that only Word can show';
      (picture.closest('svg') ?? picture).replaceWith(note);
    };
    const torn = picture instanceof HTMLImageElement && picture.complete && picture.naturalWidth === 0;
    if (torn) replace();
    else picture.addEventListener('error', replace, { once: true });
  }
}

const WIDEST_INDENT = 32;

/** Indents made for a page would push text out of a phone, on either side. */
function keepIndentsSmall(paper: HTMLElement): void {
  for (const paragraph of paper.querySelectorAll('p')) {
    const { marginLeft, marginRight, textIndent } = getComputedStyle(paragraph);
    const left = Number.parseFloat(marginLeft);
    const first = Number.parseFloat(textIndent);
    const keptLeft = Math.min(WIDEST_INDENT, Math.max(0, left));
    if (keptLeft !== left) paragraph.style.marginLeft = `${keptLeft}px`;
    if (first + keptLeft < 0) paragraph.style.textIndent = `${-keptLeft}px`;
    if (Number.parseFloat(marginRight) !== 0) paragraph.style.marginRight = '0';
  }
}

function letTablesScroll(paper: HTMLElement): void {
  for (const table of paper.querySelectorAll('table')) {
    if (table.parentElement?.closest('table')) continue;
    const box = document.createElement('div');
    box.className = 'wide';
    table.replaceWith(box);
    box.append(table);
  }
}
