/** What the editor asks of the world: who is signed in, what a document holds, and that it was saved. */
export interface EditorHost {
  now(): Date;
  signedInUser(cookieHeader: string | undefined): EditorUser | undefined;
  signInUrl(requestOrigin: string, returnTo: string): string;
  openDocument(sourcedoc: string, user: EditorUser): Promise<EditorDocument | 'not-found' | 'no-access'>;
  readContent(ref: EditorDocumentRef): Promise<{ content: Uint8Array; tag: string }>;
  saveContent(ref: EditorDocumentRef, user: EditorUser, content: Uint8Array): Promise<{ tag: string }>;
  keepOpen(ref: EditorDocumentRef, user: EditorUser, editorTabId: string): void;
  close(ref: EditorDocumentRef, user: EditorUser, editorTabId: string): void;
}

export interface EditorUser {
  id: string;
  tid: string;
  displayName: string;
  userPrincipalName: string;
}

export interface EditorDocumentRef {
  driveId: string;
  itemId: string;
}

export interface EditorDocument {
  ref: EditorDocumentRef;
  name: string;
  mayWrite: boolean;
  kind: 'word' | 'excel' | 'powerpoint' | 'other';
}
