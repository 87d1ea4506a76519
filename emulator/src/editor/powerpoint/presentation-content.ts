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
  cell?: TableCell;
  text: string;
  readOnlyBecause?: string;
}

/** Where in a table a cell lies, from 0, and over how many rows and columns it reaches. */
export interface TableCell {
  table: string;
  row: number;
  column: number;
  columns: number;
  rows: number;
  /** It lies under a merged one. */
  isCovered: boolean;
}
