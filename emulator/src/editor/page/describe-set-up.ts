import type { Document } from '@eigenpal/docx-editor-core/types/document';

/** What of a document can be changed in the page, but not saved: equal while it is as it was. */
export function describeSetUp({ package: parts }: Document): string {
  const { headerReferences, footerReferences, ...section } = parts.document.finalSectionProperties ?? {};
  const watermarks = [...(parts.headers?.values() ?? [])].flatMap(({ watermark }) => watermark ?? []);
  return JSON.stringify([section, watermarks]);
}
