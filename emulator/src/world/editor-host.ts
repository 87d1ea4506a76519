/** What the editor on the content origin may ask of the emulator's world. Types only: both sides import this file. */

/** A person signed in at the emulator in this browser. */
export interface EditorUser {
  /** The user's object id in their tenant. */
  id: string;
  /** The tenant's id. */
  tid: string;
  displayName: string;
  userPrincipalName: string;
}

export interface EditorItemRef {
  driveId: string;
  itemId: string;
}

export interface EditorDocument {
  ref: EditorItemRef;
  name: string;
  mayWrite: boolean;
  kind: 'word' | 'excel' | 'powerpoint' | 'other';
}

export interface EditorHost {
  /** The emulator's own clock, which control calls move. */
  now(): Date;
  /** The person whom this `Cookie` header stands for, if they are signed in and may still sign in. */
  signedInUser(cookieHeader: string | undefined): EditorUser | undefined;
  /** The sign-in page on the main origin that comes back to `returnTo`, an absolute URL on `requestOrigin`. */
  signInUrl(requestOrigin: string, returnTo: string): string;
  /** `sourcedoc` is the GUID of the item's `webUrl`, with or without braces, in any case. */
  openDocument(sourcedoc: string, user: EditorUser): Promise<EditorDocument | 'not-found' | 'no-access'>;
  /** The newest content that any editor saved, even if Graph does not show it yet. `tag` is its cTag. */
  readContent(ref: EditorItemRef): Promise<{ content: Uint8Array; tag: string; savedBy?: string }>;
  /** A save by that person, in one step; what Graph shows follows after `saveLagMs`. */
  saveContent(ref: EditorItemRef, user: EditorUser, content: Uint8Array): Promise<{ tag: string }>;
  /** The same, unless somebody else has saved since `ifTag`. */
  replaceContent(
    ref: EditorItemRef,
    user: EditorUser,
    content: Uint8Array,
    ifTag: string,
  ): Promise<{ tag: string } | 'tag-changed'>;
  /** Calls `listener` after every save by anybody, with its tag, until the answer is called. */
  watchSaves(ref: EditorItemRef, listener: (tag: string) => void): () => void;
  /** A person opens the item: at Microsoft that alone may move its eTag and time. */
  noticeOpened(ref: EditorItemRef, user: EditorUser): void;
  /** Heartbeat of one open tab: keeps the item locked against Graph writes. */
  keepOpen(ref: EditorItemRef, user: EditorUser, editorTabId: string): void;
  /** That tab was closed; the lock outlives it by `lockMinutesAfterClose`. */
  close(ref: EditorItemRef, user: EditorUser, editorTabId: string): void;
}
