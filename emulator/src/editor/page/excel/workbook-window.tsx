import './excel.css';
import { type KeyboardEvent, useEffect, useState } from 'react';
import type { CellValue, WorkbookView } from '../../excel/workbook-content.ts';
import type { PageConfig } from '../config.ts';
import { FieldWindow, type OpenFile } from '../fields/field-window.tsx';
import { offerAutomation } from './automation.ts';
import type { Place } from './sheet-grid.ts';
import { SheetPanel } from './sheet-panel.tsx';

export function WorkbookWindow({ config }: { config: PageConfig }) {
  return (
    <FieldWindow<WorkbookView, CellValue> config={config} nameField={nameCell}>
      {(file) => <Workbook file={file} />}
    </FieldWindow>
  );
}

function nameCell(key: string, { sheets }: WorkbookView): string {
  const mark = key.lastIndexOf('!');
  const sheet = sheets.find(({ id }) => id === key.slice(0, mark));
  return `${sheet?.name ?? ''}!${key.slice(mark + 1)}`;
}

const FIRST: Place = { row: 1, column: 1 };

function Workbook({ file }: { file: OpenFile<WorkbookView, CellValue> }) {
  const sheets = file.view.sheets.filter(({ isHidden }) => !isHidden);
  const [openId, setOpenId] = useState(sheets[0]?.id);
  const [places, setPlaces] = useState<Record<string, Place>>({});
  const sheet = sheets.find(({ id }) => id === openId) ?? sheets[0];
  useEffect(() => {
    offerAutomation({
      file,
      sheet,
      openSheet: (id) => setOpenId(id),
      select: (place) => sheet && setPlaces((all) => ({ ...all, [sheet.id]: place })),
    });
  });
  if (!sheet) return <p className="opening">All sheets of this workbook are hidden.</p>;
  return (
    <main className="workbook">
      {sheet.isOther ? (
        <div className="sheet" id="sheet-panel" role="tabpanel" aria-label={sheet.name}>
          <p className="opening">
            “{sheet.name}” is a chart on a sheet of its own. It cannot be shown or changed here.
          </p>
        </div>
      ) : (
        <SheetPanel
          key={sheet.id}
          file={file}
          sheet={sheet}
          active={places[sheet.id] ?? FIRST}
          onMove={(place) => setPlaces((all) => ({ ...all, [sheet.id]: place }))}
        />
      )}
      <SheetTabs sheets={sheets} openId={sheet.id} onOpen={setOpenId} />
    </main>
  );
}

interface TabsProps {
  sheets: WorkbookView['sheets'];
  openId: string;
  onOpen(id: string): void;
}

function SheetTabs({ sheets, openId, onOpen }: TabsProps) {
  const pressKey = (event: KeyboardEvent<HTMLDivElement>) => {
    const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1 };
    const next = sheets[sheets.findIndex(({ id }) => id === openId) + (steps[event.key] ?? 0)];
    if (!next || next.id === openId) return;
    event.preventDefault();
    onOpen(next.id);
    event.currentTarget.querySelector<HTMLElement>(`[data-sheet="${CSS.escape(next.id)}"]`)?.focus();
  };
  return (
    <div className="tabs" role="tablist" aria-label="Sheets" onKeyDown={pressKey}>
      {sheets.map(({ id, name }) => (
        <button
          key={id}
          type="button"
          role="tab"
          data-sheet={id}
          aria-selected={id === openId}
          aria-controls="sheet-panel"
          tabIndex={id === openId ? 0 : -1}
          onClick={() => onOpen(id)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
