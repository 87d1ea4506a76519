import { parseDocx } from '@eigenpal/docx-editor-core/docx';
import type { Document } from '@eigenpal/docx-editor-core/types/document';
import { useEffect, useState } from 'react';
import { type Content, fetchContent, Refused } from './api.ts';
import { numberingComment } from './comment-book.ts';
import type { PageConfig } from './config.ts';
import type { SaveState } from './document-saver.ts';
import { commentsOf } from './read-document.ts';
import { TopBar } from './top-bar.tsx';
import { WordDocument } from './word-document.tsx';

type Opening =
  | { kind: 'opening' }
  | { kind: 'open'; content: Content; document: Document }
  | { kind: 'failed'; message: string };

export function EditorWindow({ config }: { config: PageConfig }) {
  const [opening, setOpening] = useState<Opening>({ kind: 'opening' });
  const [name, setName] = useState(config.name);
  const [attempt, setAttempt] = useState(0);
  const [saveState, setSaveState] = useState<SaveState & { retry?: () => void }>({ kind: 'saved', lost: [] });

  useEffect(() => {
    document.title = document.title.replace(config.name, () => name);
    return () => {
      document.title = document.title.replace(name, () => config.name);
    };
  }, [config, name]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt reads the content again
  useEffect(() => {
    let isCurrent = true;
    setOpening({ kind: 'opening' });
    openContent(config).then(
      (opened) => isCurrent && setOpening({ kind: 'open', ...opened }),
      (error) => isCurrent && setOpening({ kind: 'failed', message: wordsFor(error) }),
    );
    return () => {
      isCurrent = false;
    };
  }, [config, attempt]);

  return (
    <>
      <TopBar
        config={config}
        name={name}
        content={opening.kind === 'open' ? opening.content : undefined}
        saveState={saveState}
      />
      {opening.kind === 'opening' && (
        <p className="opening" role="status">
          Opening {name}…
        </p>
      )}
      {opening.kind === 'failed' && (
        <main className="opening" role="alert">
          <p>{opening.message}</p>
          <button type="button" onClick={() => setAttempt(attempt + 1)}>
            Try again
          </button>
        </main>
      )}
      {opening.kind === 'open' && (
        <WordDocument
          config={config}
          content={opening.content}
          document={opening.document}
          onSaveState={setSaveState}
          onName={setName}
          onError={(message) => setOpening({ kind: 'failed', message })}
        />
      )}
    </>
  );
}

async function openContent(config: PageConfig): Promise<{ content: Content; document: Document }> {
  const content = await fetchContent(config);
  const document = await parseDocx(content.bytes).catch((cause: unknown) => {
    throw new Unreadable('The document could not be shown.', { cause });
  });
  document.package.document.comments = [...commentsOf(document), numberingComment()];
  return { content, document };
}

class Unreadable extends Error {}

function wordsFor(error: unknown): string {
  return error instanceof Refused || error instanceof Unreadable
    ? error.message
    : 'The document could not be fetched: the server cannot be reached.';
}
