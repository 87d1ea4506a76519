import { parseDocx } from '@eigenpal/docx-editor-core/docx';
import { headerFooterToProseDoc, toProseDoc } from '@eigenpal/docx-editor-core/prosemirror/conversion';
import type { Comment } from '@eigenpal/docx-editor-core/types/content';
import type { Document } from '@eigenpal/docx-editor-core/types/document';
import type { Node, Schema } from 'prosemirror-model';

/** A version as the editor reads it, in parts that can be compared with what is shown. */
export interface NewerDocument {
  body: Node;
  /** Headers and footers by the ids of their relationships. */
  stories: Map<string, Node>;
  comments: Comment[];
}

export async function readDocument(bytes: ArrayBuffer, schema: Schema): Promise<NewerDocument> {
  const parsed = await parseDocx(bytes);
  const { package: parts } = parsed;
  const ours = (doc: Node) => (doc.type.schema === schema ? doc : schema.nodeFromJSON(doc.toJSON()));
  const options = {
    ...(parts.styles ? { styles: parts.styles } : {}),
    theme: parts.theme ?? null,
    defaultTabStopTwips: parts.settings?.defaultTabStop ?? null,
  };
  const stories = new Map<string, Node>();
  for (const [id, { content }] of [...(parts.headers ?? []), ...(parts.footers ?? [])])
    stories.set(id, ours(headerFooterToProseDoc(content, options)));
  return {
    body: ours(toProseDoc(parsed, parts.styles ? { styles: parts.styles } : {})),
    stories,
    comments: commentsOf(parsed),
  };
}

export function commentsOf(document: Document): Comment[] {
  return document.package.document.comments ?? [];
}
