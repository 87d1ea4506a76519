import type { DriveItem } from '@microsoft/microsoft-graph-types';
import { json, type Reply } from './loopback-server.ts';

// Microsoft sends `email` and does not declare it.
const ADA = { id: 'oid-1', displayName: 'Ada Author', email: 'author@stmarys.example' };

/** An item as Microsoft's own types describe it. */
export const ITEM = {
  id: '01ABC',
  name: 'Hand hygiene.docx',
  size: 11,
  eTag: '"{6A1F},3"',
  cTag: '"c:{6A1F},2"',
  webUrl: 'https://stmarys-my.sharepoint.com/:w:/r/x',
  createdDateTime: '2026-11-25T08:00:00Z',
  lastModifiedDateTime: '2026-11-25T08:01:00Z',
  lastModifiedBy: { user: ADA },
  parentReference: { driveId: 'b!drive', id: '01PARENT', path: '/drive/root:/MEGDocs/key' },
} satisfies DriveItem;

export function itemReply(changes: object = {}, status = 200, date = '2026-11-25T08:01:30Z'): Reply {
  return json({ ...ITEM, ...changes }, status, { date: new Date(date).toUTCString() });
}

export const graphFault = (status: number, code: string): Reply => json({ error: { code, message: '' } }, status);
