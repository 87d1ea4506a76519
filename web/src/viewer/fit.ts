/** The width that a page has on the desk, and the text that a phone shows. */
const PAGE_WIDTH = 720;
const REFLOW_FONT_SIZE = 16;
const SMALLEST_ZOOM = 0.3;

/** How much the widest page is scaled, so that it takes 720 px or what there is between the margins. */
export function pageZoom(widestPage: number, available: number, margin: number): number {
  if (widestPage <= 0) return 1;
  return Math.max(SMALLEST_ZOOM, Math.min(PAGE_WIDTH, available - 2 * margin) / widestPage);
}

/** How much text is scaled, so that what most of the document is written in comes to 16 px. */
export function reflowZoom(lettersBySize: ReadonlyMap<number, number>): number {
  let common = REFLOW_FONT_SIZE;
  let most = 0;
  for (const [size, letters] of lettersBySize) {
    if (letters > most && size > 0) {
      most = letters;
      common = size;
    }
  }
  return Math.min(1.8, Math.max(0.6, REFLOW_FONT_SIZE / common));
}
