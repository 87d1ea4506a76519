import { createRoot } from 'react-dom/client';
import type { PageConfig } from '../config.ts';
import { WorkbookWindow } from '../excel/workbook-window.tsx';
import { PresentationWindow } from '../powerpoint/presentation-window.tsx';

/** The page of files that are changed field by field: workbooks and presentations. */
export function showFields(config: PageConfig): void {
  const root = document.getElementById('root');
  const page = config.kind === 'excel' ? <WorkbookWindow config={config} /> : <PresentationWindow config={config} />;
  if (root) createRoot(root).render(page);
}
