import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { EditorHost } from '../../world/editor-host.ts';
import { registerFieldRoutes } from '../fields/field-routes.ts';
import { changeCells } from './change-cells.ts';
import type { CellValue } from './workbook-content.ts';
import { viewWorkbook } from './workbook-view.ts';

/** As much as Excel keeps in a cell. */
const LONGEST_TEXT = 32_767;

/** What the page of a workbook calls, under `/_editor/workbooks`. */
export function registerExcel(app: FastifyInstance, host: EditorHost): void {
  const value: z.ZodType<CellValue> = z.union([z.string().max(LONGEST_TEXT), z.number(), z.boolean(), z.null()]);
  registerFieldRoutes(app, host, {
    path: '/_editor/workbooks',
    kind: 'excel',
    format: { read: viewWorkbook, change: changeCells },
    value,
  });
}
