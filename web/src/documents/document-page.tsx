import { pages } from '@megdocs/contract';
import { Link, useParams } from 'react-router';
import { Busy } from '../ui/busy.tsx';
import { FailureBox } from '../ui/failure.tsx';
import { Frame, PageHead } from '../ui/frame.tsx';
import { DocumentView } from './document-view.tsx';
import { FolderTree } from './folder-tree.tsx';
import { useDocument } from './queries.ts';

export default function DocumentPage() {
  const { id = '' } = useParams();
  const query = useDocument(id);
  const document = query.data;
  if (!document) {
    return (
      <Frame
        title="Document"
        breadcrumb={[{ label: 'Documents', to: pages.documents }, { label: 'Document' }]}
        back={pages.documents}
        folders={<FolderTree />}
      >
        {query.error ? (
          <>
            <PageHead title="This document can’t be shown" />
            <FailureBox error={query.error} onRetry={() => void query.refetch()}>
              <Link to={pages.documents}>Go to the documents</Link>
            </FailureBox>
          </>
        ) : (
          <Busy sentence="Fetching the document’s facts…" />
        )}
      </Frame>
    );
  }
  const folder = document.folderPath.at(-1);
  const at = (folderId: string) => `${pages.documents}?folder=${folderId}`;
  return (
    <Frame
      flush
      title={`${document.number} ${document.title}`}
      shortTitle={document.number}
      back={folder ? at(folder.id) : pages.documents}
      breadcrumb={[
        { label: 'Documents', to: pages.documents },
        ...document.folderPath.map(({ id: folderId, name }) => ({ label: name, to: at(folderId) })),
        { label: document.number },
      ]}
      folders={<FolderTree current={document.folderId} />}
    >
      <DocumentView
        key={document.id}
        document={document}
        // A failed poll keeps what was there; its age is said.
        notLiveSince={query.isError ? new Date(query.dataUpdatedAt).toISOString() : null}
      />
    </Frame>
  );
}
