import { type RefObject, useLayoutEffect, useRef } from 'react';
import type { BoxView, PresentationView, SlideView } from '../../powerpoint/presentation-content.ts';
import type { OpenFile } from '../fields/field-window.tsx';

interface SlideProps {
  slide: SlideView;
  number: number;
  file: OpenFile<PresentationView, string>;
}

/** A slide as its texts, in the order in which they are read; where they lie and what else is there is not drawn. */
export function SlideCard({ slide, number, file }: SlideProps) {
  const heading = `slide-${number}`;
  return (
    <section className="slide" aria-labelledby={heading}>
      <h2 id={heading} tabIndex={-1}>
        Slide {number}
        {slide.isHidden && ' (hidden)'}
      </h2>
      {slide.boxes.length === 0 && <p className="none">There is no text on this slide.</p>}
      {groupTables(slide.boxes).map((group) =>
        Array.isArray(group) ? (
          <SlideTable key={group[0]?.id} cells={group} slide={slide} file={file} />
        ) : (
          <div key={group.id} className={`box ${isTitle(group) ? 'title' : ''}`}>
            <span className="box-name" aria-hidden="true">
              {group.name}
            </span>
            <BoxText box={group} slide={slide} number={number} file={file} />
          </div>
        ),
      )}
    </section>
  );
}

function SlideTable({ cells, slide, file }: { cells: BoxView[]; slide: SlideView; file: SlideProps['file'] }) {
  const rows = Map.groupBy(cells, ({ cell }) => cell?.row ?? 0);
  return (
    <div className="slide-table">
      <table>
        <tbody>
          {[...rows].map(([row, inRow]) => (
            <tr key={row}>
              {inRow
                .filter(({ cell }) => !cell?.isCovered)
                .map((box) => (
                  <td key={box.id} colSpan={box.cell?.columns} rowSpan={box.cell?.rows}>
                    <BoxText box={box} slide={slide} number={undefined} file={file} />
                  </td>
                ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface BoxProps {
  box: BoxView;
  slide: SlideView;
  number: number | undefined;
  file: SlideProps['file'];
}

function BoxText({ box, slide, number, file }: BoxProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const key = `${slide.id}!${box.id}`;
  const text = file.values.get(key) ?? box.text;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const { current } = area;
    if (!current) return;
    current.style.height = 'auto';
    current.style.height = `${current.scrollHeight + 2}px`;
  }, [text]);
  const rememberCaret = useCaretThroughChanges(area, text);
  return (
    <textarea
      ref={area}
      data-key={key}
      aria-label={number === undefined ? box.name : `${box.name}, slide ${number}`}
      placeholder={box.placeholder === undefined ? '' : 'Click to add text'}
      title={box.readOnlyBecause}
      readOnly={!file.mayType || box.readOnlyBecause !== undefined}
      rows={1}
      value={text}
      onSelect={rememberCaret}
      onChange={({ target }) => {
        rememberCaret();
        file.change(key, target.value);
      }}
    />
  );
}

// When another's text arrives in the box that has the focus, the caret stays at its place in the text.
function useCaretThroughChanges(area: RefObject<HTMLTextAreaElement | null>, text: string): () => void {
  const known = useRef({ text, caret: 0 });
  useLayoutEffect(() => {
    const { current } = area;
    if (!current || document.activeElement !== current || known.current.text === text) return;
    const caret = caretAfter(known.current, text);
    current.setSelectionRange(caret, caret);
    known.current = { text, caret };
  }, [area, text]);
  return () => {
    const { current } = area;
    if (current) known.current = { text: current.value, caret: current.selectionStart };
  };
}

function caretAfter(before: { text: string; caret: number }, text: string): number {
  let same = 0;
  while (same < before.caret && before.text[same] === text[same]) same++;
  return same === before.caret ? before.caret : Math.max(0, before.caret + text.length - before.text.length);
}

function isTitle({ placeholder }: BoxView): boolean {
  return placeholder === 'title' || placeholder === 'ctrTitle';
}

function groupTables(boxes: BoxView[]): (BoxView | BoxView[])[] {
  const groups: (BoxView | BoxView[])[] = [];
  for (const box of boxes) {
    const last = groups.at(-1);
    if (box.cell && Array.isArray(last) && last[0]?.cell?.table === box.cell.table) last.push(box);
    else groups.push(box.cell ? [box] : box);
  }
  return groups;
}
