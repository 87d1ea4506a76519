import type { DriveKind } from './ids.ts';

export interface Drive {
  id: string;
  kind: DriveKind;
  /** A person's id, or a site's for a document library. */
  ownerId: string;
  /** The name of a document library. */
  library?: string;
  rootId: string;
  /** Ids of the special folders that have been made, by their name. */
  special?: Record<string, string>;
  createdAt: number;
  /** Counts every change in the drive; delta tokens are places in this count. */
  sequence: number;
}

/** Who did something: a person, an application for a person, or an application for itself. */
export interface Actor {
  userId?: string;
  clientId?: string;
}

export interface Version {
  number: number;
  contentId: string;
  size: number;
  quickXorHash: string;
  sha1Hash?: string;
  sha256Hash?: string;
  crc32Hash?: string;
  modifiedAt: number;
  modifiedBy: Actor;
  /** The editing session that made it, which goes on writing into it for a while. */
  editingSession?: string;
  editingSince?: number;
}

export interface Item {
  id: string;
  guid: string;
  driveId: string;
  name: string;
  /** Absent for the drive's root alone. */
  parentId?: string;
  kind: 'file' | 'folder';
  createdAt: number;
  createdBy: Actor;
  modifiedAt: number;
  modifiedBy: Actor;
  fileSystemInfo?: { createdAt?: number; modifiedAt?: number };
  eTagNumber: number;
  cTagNumber: number;
  changedAtSequence: number;
  /** When it last changed in any way, a deletion included. */
  changedAt?: number;
  /** Newest first; empty for a folder. */
  versions: Version[];
  deletedAt?: number;
  /** Its contents are gone for good. */
  purged?: boolean;
  specialFolder?: string;
  description?: string;
  /** Somebody has it for themselves until they check it in: others see what it was. */
  checkout?: { by: Actor; at: number; versionNumber: number };
}

export interface ItemRef {
  driveId: string;
  itemId: string;
}

export type ConflictBehaviour = 'fail' | 'replace' | 'rename';

/** Why the world refused a change; the name says what Graph answers. */
export type Refusal =
  | 'itemNotFound'
  | 'parentNotFound'
  | 'nameAlreadyExists'
  | 'invalidName'
  | 'pathTooLong'
  | 'locked'
  | 'checkedOut'
  | 'notCheckedOut'
  | 'eTagMismatch'
  | 'quotaExceeded'
  | 'notAFile'
  | 'notAFolder'
  | 'isRoot'
  | 'intoItself';

export class WorldRefusal extends Error {
  override name = 'WorldRefusal';
  readonly reason: Refusal;

  constructor(reason: Refusal) {
    super(reason);
    this.reason = reason;
  }
}
