import type { Failure } from './failures.ts';

/** A failure as a page in words, for a browser that asked for one. */
export function failurePage({ message, remedy }: Failure, reference: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>MEGDocs</title></head>
<body>
<h1>${escapeHtml(message)}</h1>
${remedy ? `<p>${escapeHtml(remedy)}</p>` : ''}
<p>Nothing was changed. <a href="/">Back to MEGDocs</a></p>
<p>Reference ${escapeHtml(reference)}, also in our log.</p>
</body>
</html>
`;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '');
}
