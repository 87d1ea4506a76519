import './powerpoint.css';
import { useEffect } from 'react';
import type { PresentationView } from '../../powerpoint/presentation-content.ts';
import type { PageConfig } from '../config.ts';
import { FieldWindow, type OpenFile } from '../fields/field-window.tsx';
import { offerAutomation } from './automation.ts';
import { SlideCard } from './slide-card.tsx';

export function PresentationWindow({ config }: { config: PageConfig }) {
  return (
    <FieldWindow<PresentationView, string> config={config} nameField={nameBox}>
      {(file) => <Slides file={file} />}
    </FieldWindow>
  );
}

function nameBox(key: string, { slides }: PresentationView): string {
  const mark = key.indexOf('!');
  const index = slides.findIndex(({ id }) => id === key.slice(0, mark));
  const box = slides[index]?.boxes.find(({ id }) => id === key.slice(mark + 1));
  return `“${box?.name ?? 'A text box'}” on slide ${index + 1}`;
}

function Slides({ file }: { file: OpenFile<PresentationView, string> }) {
  const { slides } = file.view;
  useEffect(() => offerAutomation(file));
  const titleOf = (index: number) =>
    slides[index]?.boxes.find(({ placeholder }) => placeholder?.toLowerCase().includes('title'))?.text.trim();
  return (
    <div className="slides">
      <nav aria-label="Slides">
        <ol>
          {slides.map(({ id, isHidden }, index) => (
            <li key={id}>
              <a href={`#slide-${index + 1}`}>
                <span className="slide-number">{index + 1}</span> {titleOf(index) || 'Without a title'}
                {isHidden && ' (hidden)'}
              </a>
            </li>
          ))}
        </ol>
      </nav>
      <main>
        {slides.length === 0 && <p className="opening">This presentation has no slides.</p>}
        {slides.map((slide, index) => (
          <SlideCard key={slide.id} slide={slide} number={index + 1} file={file} />
        ))}
      </main>
    </div>
  );
}
