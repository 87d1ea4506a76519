import { type BoxParagraph, type Piece, textOfBox } from './box-text.ts';
import { findTextEdits, type TextEdit } from './find-text-edits.ts';

/**
 * Brings the text of a box to `text` by changing as little as possible: what stays keeps its runs, line breaks and
 * fields; new words are set like the ones that they replace or follow. A new line becomes a new paragraph.
 */
export function editBoxText(paragraphs: BoxParagraph[], text: string): BoxParagraph[] {
  // From the last one, so that places further up stay true.
  return findTextEdits(textOfBox(paragraphs), text).reduceRight(edit, paragraphs);
}

function edit(paragraphs: BoxParagraph[], change: TextEdit): BoxParagraph[] {
  const from = findPlace(paragraphs, change.from);
  const to = findPlace(paragraphs, change.to);
  const [first, last] = [paragraphs[from.paragraph], paragraphs[to.paragraph]];
  if (!first || !last) return paragraphs;
  // Pieces without text at the edges of what is replaced stay.
  const edge = change.from === change.to ? 'left' : 'right';
  const [left, behind] = cut(first.pieces, from.offset, 'left');
  const right = cut(last.pieces, to.offset, edge)[1];
  const replaced = first === last ? cut(behind, to.offset - from.offset, edge)[0] : behind;
  const lines = change.inserted.split('\n');
  const edited = lines.map((line, index) => {
    const paragraph = index > 0 && index === lines.length - 1 ? last : first;
    const before = index === 0 ? left : [];
    const after = index === lines.length - 1 ? right : [];
    const host = findHost(first, replaced, left, right);
    const isBare = line === '' && ![...before, ...after].some(({ kind }) => kind === 'run');
    // An empty run keeps the formatting of a paragraph that lost its text.
    const inserted = line !== '' || (isBare && paragraph.endProperties === '') ? [{ ...host, text: line }] : [];
    return { ...paragraph, source: undefined, pieces: join([...before, ...inserted, ...after]) };
  });
  return [...paragraphs.slice(0, from.paragraph), ...edited, ...paragraphs.slice(to.paragraph + 1)];
}

function findPlace(paragraphs: BoxParagraph[], position: number): { paragraph: number; offset: number } {
  let offset = position;
  for (const [paragraph, { pieces }] of paragraphs.entries()) {
    const length = lengthOf(pieces);
    if (offset <= length) return { paragraph, offset };
    offset -= length + 1;
  }
  return { paragraph: paragraphs.length - 1, offset: lengthOf(paragraphs.at(-1)?.pieces ?? []) };
}

function lengthOf(pieces: Piece[]): number {
  return pieces.reduce((sum, { text }) => sum + text.length, 0);
}

/** The pieces before and behind `offset`; `edge` tells where pieces without text go that lie just there. */
function cut(pieces: Piece[], offset: number, edge: 'left' | 'right'): [Piece[], Piece[]] {
  const left: Piece[] = [];
  const right: Piece[] = [];
  let at = 0;
  for (const piece of pieces) {
    const end = at + piece.text.length;
    if (end < offset || (end === offset && (at < end || edge === 'left'))) left.push(piece);
    else if (at >= offset) right.push(piece);
    else {
      const run = runOf(piece);
      if (run) {
        left.push({ ...run, text: piece.text.slice(0, offset - at) });
        right.push({ ...run, text: piece.text.slice(offset - at) });
      }
    }
    at = end;
  }
  return [left, right];
}

type Run = Extract<Piece, { kind: 'run' }>;

// New words are set like those that they replace, else like their neighbour to the left, else to the right.
function findHost(paragraph: BoxParagraph, replaced: Piece[], left: Piece[], right: Piece[]): Run {
  const withText = (pieces: Piece[]) => pieces.filter(({ text }) => text !== '');
  const neighbours = [withText(replaced)[0], withText(left).at(-1), withText(right)[0]];
  const near = neighbours.find((piece) => piece?.kind === 'run');
  const any = [...[...left].reverse(), ...replaced, ...right].map(runOf).find((run) => run !== undefined);
  return (near && runOf(near)) ?? any ?? runLikeEnd(paragraph);
}

function runOf(piece: Piece): Run | undefined {
  if (piece.kind === 'run') return piece;
  return piece.kind === 'field' ? { kind: 'run', text: piece.text, ...piece.run } : undefined;
}

function runLikeEnd({ endProperties, prefix }: BoxParagraph): Run {
  const properties = endProperties.replace(/^<([\w.-]+:)?endParaRPr/, '<$1rPr').replace(/endParaRPr>$/, 'rPr>');
  return {
    kind: 'run',
    text: '',
    before: `<${prefix}r>${properties}<${prefix}t>`,
    after: `</${prefix}t></${prefix}r>`,
    origin: -1,
  };
}

// Pieces of what was one run become one again.
function join(pieces: Piece[]): Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const at = joined.findLastIndex((one) => one.kind !== 'other' || one.source.trim() !== '');
    const previous = joined[at];
    if (piece.kind === 'run' && previous?.kind === 'run' && previous.origin === piece.origin)
      joined[at] = { ...previous, text: previous.text + piece.text };
    else joined.push(piece);
  }
  return joined;
}
