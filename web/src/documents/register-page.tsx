import { Button, Link as FluentLink } from '@fluentui/react-components';
import { ArrowUpload20Regular } from '@fluentui/react-icons';
import { fill, pages, routes } from '@megdocs/contract';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import { announce } from '../ui/announce.tsx';
import { Busy } from '../ui/busy.tsx';
import { Empty } from '../ui/empty.tsx';
import { FailureBox } from '../ui/failure.tsx';
import { Frame, PageHead } from '../ui/frame.tsx';
import { useWidth } from '../ui/layout.ts';
import { DropZone } from './drop-zone.tsx';
import { pathTo } from './folder-paths.ts';
import { FolderTree } from './folder-tree.tsx';
import { keys, useFolders, useRegister } from './queries.ts';
import styles from './register.module.css';
import { RegisterCards } from './register-cards.tsx';
import { RegisterFilters } from './register-filters.tsx';
import { RegisterTable } from './register-table.tsx';
import { addressOfView, chipsOfView, type RegisterView, registerInWords, viewFromAddress } from './register-view.ts';
import { useUploads } from './use-uploads.ts';

// What only uploading needs comes with the first file.
const ChooseFolderDialog = lazy(async () => ({
  default: (await import('./choose-folder-dialog.tsx')).ChooseFolderDialog,
}));
const UploadList = lazy(async () => ({ default: (await import('./upload-list.tsx')).UploadList }));

export default function RegisterPage() {
  const phone = useWidth() === 'phone';
  const [view, setView] = useView();
  const folders = useFolders().data?.folders ?? [];
  const path = pathTo(folders, view.folder);
  const folder = path.at(-1);
  const title = folder?.name ?? (view.q ? `Documents with “${view.q}”` : 'Documents');
  const upload = useUploadInto(folder?.mayUpload ? folder.id : undefined);
  const mayUpload = folder ? folder.mayUpload : folders.some((each) => each.mayUpload);
  return (
    <Frame
      title={title}
      breadcrumb={[
        { label: 'Documents', ...(path.length > 0 ? { to: pages.documents } : {}) },
        ...path.map(({ id, name }) => ({ label: name, to: `${pages.documents}?folder=${id}` })),
      ]}
      folders={<FolderTree current={view.folder} />}
    >
      <DropZone enabled={mayUpload} into={folder?.name ?? null} onFiles={upload.start}>
        <PageHead title={title} actions={mayUpload && !phone ? <UploadButton onFiles={upload.start} /> : null} />
        {upload.uploads.list.length > 0 ? (
          <Suspense fallback={null}>
            <UploadList uploads={upload.uploads} folder={folder?.name ?? null} />
          </Suspense>
        ) : null}
        <Documents view={view} setView={setView} mayUpload={mayUpload} onFiles={upload.start} />
      </DropZone>
      {upload.asking ? (
        <Suspense fallback={null}>
          <ChooseFolderDialog folders={folders} onChoose={upload.choose} onClose={upload.dropQuestion} />
        </Suspense>
      ) : null}
    </Frame>
  );
}

function useView(): [RegisterView, (view: RegisterView) => void] {
  const [search, setSearch] = useSearchParams();
  const set = useCallback((view: RegisterView) => setSearch(addressOfView(view)), [setSearch]);
  return [viewFromAddress(search), set];
}

/** Files go into the folder that is shown; where none is, the person is asked first. */
function useUploadInto(folderId: string | undefined) {
  const client = useQueryClient();
  const [asking, setAsking] = useState<readonly File[] | null>(null);
  const done = useCallback(() => {
    void client.invalidateQueries({ queryKey: keys.register });
    void client.invalidateQueries({ queryKey: keys.folders });
  }, [client]);
  const uploads = useUploads(done, announce);
  const into = (id: string, files: readonly File[]) =>
    uploads.add(files, (fileName) => `${fill(routes.folderDocuments, { id })}?${new URLSearchParams({ fileName })}`);
  return {
    uploads,
    asking,
    start: (files: readonly File[]) => (folderId ? into(folderId, files) : setAsking(files)),
    choose: (id: string) => {
      if (asking) into(id, asking);
      setAsking(null);
    },
    dropQuestion: () => setAsking(null),
  };
}

interface DocumentsProps {
  view: RegisterView;
  setView: (view: RegisterView) => void;
  mayUpload: boolean;
  onFiles: (files: readonly File[]) => void;
}

function Documents({ view, setView, mayUpload, onFiles }: DocumentsProps) {
  const phone = useWidth() === 'phone';
  const query = useRegister(view);
  const rows = query.data?.pages.flatMap((page) => page.documents) ?? [];
  const total = query.data?.pages[0]?.total ?? 0;
  const filtered = chipsOfView(view).length > 0;
  return (
    <>
      <RegisterFilters view={view} onChange={setView} count={query.data ? registerInWords(total, view) : ''}>
        {phone && mayUpload ? <UploadButton iconOnly onFiles={onFiles} /> : null}
      </RegisterFilters>
      {query.error ? <FailureBox error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.isPending ? <Busy sentence="Fetching the documents…" /> : null}
      {query.data && rows.length === 0 ? (
        <NothingHere {...{ filtered, mayUpload, onFiles }} onClear={() => setView(cleared(view))} />
      ) : null}
      {rows.length > 0 && phone ? <RegisterCards rows={rows} /> : null}
      {rows.length > 0 && !phone ? <RegisterTable rows={rows} view={view} onSort={setView} /> : null}
      {query.hasNextPage ? (
        <div className={styles.more}>
          <Button disabledFocusable={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show more documents
          </Button>
        </div>
      ) : null}
    </>
  );
}

function NothingHere({
  filtered,
  mayUpload,
  onFiles,
  onClear,
}: Pick<DocumentsProps, 'mayUpload' | 'onFiles'> & { filtered: boolean; onClear: () => void }) {
  if (filtered) {
    return (
      <Empty sentence="No document matches all of these filters.">
        <FluentLink as="button" onClick={onClear}>
          Clear all
        </FluentLink>
      </Empty>
    );
  }
  return (
    <Empty
      sentence={
        mayUpload
          ? 'The policies, procedures and forms of this folder belong here. Drop their files anywhere on this page.'
          : 'The policies, procedures and forms of this folder will stand here.'
      }
    >
      {mayUpload ? <UploadButton label="Choose files" onFiles={onFiles} /> : null}
    </Empty>
  );
}

function cleared({ folder, sort, order }: RegisterView): RegisterView {
  return { ...(folder ? { folder } : {}), sort, order };
}

interface UploadButtonProps {
  /** Where it is not the page's main action. */
  label?: string;
  iconOnly?: boolean;
  onFiles: (files: readonly File[]) => void;
}

function UploadButton({ label, iconOnly, onFiles }: UploadButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button
        appearance={label ? 'secondary' : 'primary'}
        size={iconOnly ? 'large' : 'medium'}
        aria-label={iconOnly ? 'Upload' : undefined}
        icon={<ArrowUpload20Regular />}
        onClick={() => input.current?.click()}
      >
        {iconOnly ? null : (label ?? 'Upload')}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files to upload"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          // The same file again, once it is mended, is a change too.
          event.target.value = '';
        }}
      />
    </>
  );
}
