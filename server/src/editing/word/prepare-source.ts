import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { addExtras, type ExtrasWish, SIMPLE_UPLOAD_LIMIT_BYTES } from '@megdocs/microsoft365';
import type { HeldSession } from '../hold.ts';
import type { EditingRoom } from '../room.ts';
import type { SessionRow } from '../store.ts';
import { appOf } from '../words.ts';
import { readEditingPolicy } from './policy-store.ts';
import { addPreparation, findPreparation, type PreparationRow } from './preparation-store.ts';

/** What goes to OneDrive. */
export interface Source {
  sha256: string;
  size: number;
  stream: () => Readable | Promise<Readable>;
  openRange: (start: number, end: number) => Readable | Promise<Readable>;
}

/** Small enough that the extras keep it within one request, and within memory. */
const IN_MEMORY_BYTES = SIMPLE_UPLOAD_LIMIT_BYTES - 64 * 1024;

/** It may go in parts, so that what it needs for that is kept until it has arrived. */
export async function mayGoInParts(room: EditingRoom, session: SessionRow): Promise<boolean> {
  return (await room.blobs.sizeOf(session.source_sha256)) > IN_MEMORY_BYTES;
}

/**
 * The source of a session as it shall lie in OneDrive: a Word document with stamp and tracking, as the institution
 * wants it; everything else as it is. What is put in is written down first, so that it can be taken out again whatever
 * is cut off; a large one is kept until it has arrived, so that its upload can go on with the same bytes.
 */
export async function prepareSource(room: EditingRoom, held: HeldSession): Promise<Source> {
  const { row } = held;
  if (appOf(row.file_name) !== 'Word') return blobSource(room, row.source_sha256);
  const known = await findPreparation(room.db, row.id);
  if (known?.prepared_sha256) return blobSource(room, known.prepared_sha256);
  if (known && !known.stamped && !known.tracking_switched_on) return blobSource(room, row.source_sha256);
  return prepare(room, row, known);
}

async function prepare(room: EditingRoom, row: SessionRow, known: PreparationRow | undefined): Promise<Source> {
  const wish = await wishFor(room, row, known);
  const copy = await room.blobs.asFile(row.source_sha256, (path) => addExtras(path, wish));
  const written = { session_id: row.id, institution_id: row.institution_id };
  if (copy.kind === 'left-alone') {
    const nothing = { stamped: false, tracking_switched_on: false, base_tracking: null, prepared_sha256: null };
    await addPreparation(room.db, { ...written, ...nothing, left_alone: LEFT_ALONE[copy.why] });
    return blobSource(room, row.source_sha256);
  }
  const extras = {
    ...written,
    stamped: copy.extras.stamped,
    tracking_switched_on: copy.extras.trackingSwitchedOn,
    base_tracking: copy.extras.baseTracking,
    left_alone: null,
  };
  if (!(await mayGoInParts(room, row))) {
    const content = await buffer(copy.content);
    await addPreparation(room.db, { ...extras, prepared_sha256: null });
    return memorySource(row, content);
  }
  const file = await room.blobs.receive(copy.content, { maxBytes: Number.POSITIVE_INFINITY });
  try {
    await room.blobs.keep(file);
    await addPreparation(room.db, { ...extras, prepared_sha256: file.sha256 });
  } finally {
    await file.discard();
  }
  return blobSource(room, file.sha256);
}

const LEFT_ALONE = {
  signed:
    'It carries a digital signature, so MEGDocs has put nothing into it: no change tracking, no stamp. Any change in Word ends the signature.',
  'not-readable': null,
  'nothing-wished': null,
};

async function wishFor(room: EditingRoom, row: SessionRow, known: PreparationRow | undefined): Promise<ExtrasWish> {
  const policy = await readEditingPolicy(room.db, row.institution_id);
  const stamp = known?.stamped ?? policy.stamp;
  return {
    trackChanges: known?.tracking_switched_on ?? policy.trackChanges,
    stamp: stamp ? await stampWords(room, row) : undefined,
  };
}

async function stampWords(room: EditingRoom, row: SessionRow): Promise<string> {
  const document = await room.documents.find(room.db, row.document_id, row.institution_id);
  // While it is being opened, the base is the newest version.
  const version = document?.newestVersion.number ?? '';
  return `Working copy from MEGDocs: ${document?.number ?? ''} ${document?.title ?? ''}, version ${version}. Not a controlled copy. This line goes away at the check-in.`;
}

async function blobSource(room: EditingRoom, sha256: string): Promise<Source> {
  return {
    sha256,
    size: await room.blobs.sizeOf(sha256),
    stream: () => room.blobs.open(sha256),
    openRange: (start, end) => room.blobs.open(sha256, { start, end }),
  };
}

function memorySource(row: SessionRow, content: Buffer): Source {
  return {
    sha256: row.source_sha256,
    size: content.length,
    stream: () => Readable.from([content]),
    openRange: (start, end) => Readable.from([content.subarray(start, end + 1)]),
  };
}
