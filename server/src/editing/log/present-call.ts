import type { OnedriveCall } from '@megdocs/contract';
import type { CallRow } from './call-store.ts';

export function presentCall(row: CallRow): OnedriveCall {
  return {
    id: row.id,
    at: row.at.toISOString(),
    what: row.what,
    file: row.file,
    outcome: outcomeOf(row.status),
    ok: isOk(row.status),
    by: { id: row.person_id, name: row.person_name },
    owner: { id: row.owner_id, name: row.owner_name },
    requestId: row.request_id,
  };
}

function isOk(status: number): boolean {
  return status >= 200 && status < 400;
}

function outcomeOf(status: number): string {
  if (status === 0) return 'No answer from Microsoft';
  if (isOk(status)) return 'Done';
  const words: Record<number, string> = {
    401: 'Microsoft asked for a new sign-in',
    403: 'Microsoft did not allow it',
    404: 'Not there',
    409: 'Something is there already',
    412: 'Changed meanwhile, so left alone',
    423: 'Open in Word, so left alone',
    429: 'Microsoft asked us to wait',
    507: 'The OneDrive is full',
  };
  return `${words[status] ?? (status >= 500 ? 'Microsoft had a fault' : 'Microsoft refused it')} (${status})`;
}

const HEAD = ['time', 'connection of', 'OneDrive of', 'what', 'file', 'outcome', 'Microsoft request id'];

export function callsAsCsv(rows: readonly CallRow[]): string {
  const lines = rows
    .map(presentCall)
    .map((call) => [
      call.at,
      call.by.name,
      call.owner.name,
      call.what,
      call.file ?? '',
      call.outcome,
      call.requestId ?? '',
    ]);
  return [HEAD, ...lines].map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
}

/** A cell that begins like a formula would be run by Excel: file names are written by people. */
function cell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
