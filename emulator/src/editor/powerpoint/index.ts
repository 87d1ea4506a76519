import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { EditorHost } from '../../world/editor-host.ts';
import { registerFieldRoutes } from '../fields/field-routes.ts';
import { changeBoxes } from './change-boxes.ts';
import { viewPresentation } from './presentation-view.ts';

const LONGEST_TEXT = 100_000;

/** What the page of a presentation calls, under `/_editor/presentations`. */
export function registerPowerPoint(app: FastifyInstance, host: EditorHost): void {
  registerFieldRoutes(app, host, {
    path: '/_editor/presentations',
    kind: 'powerpoint',
    format: { read: viewPresentation, change: changeBoxes },
    value: z.string().max(LONGEST_TEXT),
  });
}
