import type { GraphCall } from './call.ts';
import { getDrive } from './find.ts';
import { DOCS, DRIVE, type GraphOperation } from './operation.ts';
import { type Json, presentDrive } from './present.ts';
import { pickSelected } from './select.ts';

export const DRIVE_OPERATIONS: readonly GraphOperation[] = [
  {
    method: 'GET',
    template: DRIVE,
    access: 'read',
    query: ['select'],
    fidelity: 'full',
    docs: `${DOCS}/drive-get`,
    handle: (call): Json => ({
      '@odata.context': contextOf(call, 'drives/$entity'),
      ...pickSelected(call, presentDrive(call, getDrive(call))),
    }),
  },
  {
    method: 'GET',
    template: '/me/drives',
    access: 'read',
    query: ['select'],
    fidelity: 'full',
    note: 'Always one drive.',
    docs: `${DOCS}/drive-list`,
    handle: (call): Json => ({
      '@odata.context': contextOf(call, 'drives'),
      value: [pickSelected(call, presentDrive(call, getDrive(call)))],
    }),
  },
];

export function contextOf(call: GraphCall, what: string): string {
  return `${call.origins.main}/v1.0/$metadata#${what}`;
}

export function itemContext(call: GraphCall, driveId: string, what = 'items/$entity'): string {
  return contextOf(call, `drives('${encodeURIComponent(driveId)}')/${what}`);
}
