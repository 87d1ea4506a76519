import { Button, Field, Input } from '@fluentui/react-components';
import { type Folder, fill, pages, routes } from '@megdocs/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { announce } from '../ui/announce.tsx';
import { ApiFailure, send } from '../ui/api.ts';
import { complaint } from '../ui/complaint.ts';
import { Confirm } from '../ui/confirm.tsx';
import { FailureBox } from '../ui/failure.tsx';
import type { FolderPlace } from './folder-order.ts';
import { FolderRules } from './folder-rules.tsx';
import styles from './folders.module.css';
import { NewFolderDialog } from './new-folder-dialog.tsx';

/** One folder: name, rules, what is within, and the end. */
export function FolderDetails({ place }: { place: FolderPlace }) {
  const { folder, path } = place;
  const [open, setOpen] = useState<'new' | 'delete'>();
  const count = folder.documentCount;
  return (
    <>
      <h2 className={styles.title}>{folder.name}</h2>
      <p className={styles.quiet}>
        {path === folder.name ? '' : `${path} · `}
        <Link to={`${pages.documents}?folder=${folder.id}`}>{count === 1 ? '1 document' : `${count} documents`}</Link>
      </p>
      {folder.mayManage ? (
        <>
          <FolderRules folder={folder} />
          <Rename folder={folder} />
          <section className={styles.part}>
            <h3>Within it</h3>
            <div className={styles.buttons}>
              <Button onClick={() => setOpen('new')}>New folder here…</Button>
              <Button onClick={() => setOpen('delete')}>Delete the folder…</Button>
            </div>
          </section>
        </>
      ) : (
        <p className={styles.part}>Somebody who manages this folder can change its name and rules.</p>
      )}
      {open === 'new' && <NewFolderDialog parent={folder} onClose={() => setOpen(undefined)} />}
      {open === 'delete' && <DeleteFolder folder={folder} onClose={() => setOpen(undefined)} />}
    </>
  );
}

function Rename({ folder }: { folder: Folder }) {
  const [name, setName] = useState(folder.name);
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () => send('PATCH', fill(routes.folder, { id: folder.id }), { name }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['folders'] });
      announce('The folder has its new name.');
    },
  });
  const fields = save.error instanceof ApiFailure ? save.error.fields : {};
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== folder.name) save.mutate();
  };
  return (
    <section className={styles.part}>
      <h3>Name</h3>
      <form className={styles.buttons} onSubmit={submit}>
        <Field className={styles.grow} {...complaint(fields.name)}>
          <Input aria-label="Name of the folder" required value={name} onChange={(_, data) => setName(data.value)} />
        </Field>
        <Button type="submit" disabledFocusable={save.isPending || name.trim() === folder.name}>
          Rename
        </Button>
      </form>
      {save.error && !fields.name && <FailureBox error={save.error} />}
    </section>
  );
}

function DeleteFolder({ folder, onClose }: { folder: Folder; onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = async () => {
    await send('DELETE', fill(routes.folder, { id: folder.id }));
    announce(`The folder ${folder.name} is deleted.`);
    void navigate(pages.administrationFolders);
    await queries.invalidateQueries({ queryKey: ['folders'] });
  };
  return (
    <Confirm
      open
      title={`Delete the folder ${folder.name}?`}
      verb="Delete the folder"
      keep="Keep it"
      onConfirm={remove}
      onClose={onClose}
    >
      <p>
        Only an empty folder can be deleted: its documents and sub-folders have to be moved elsewhere first. Its rules
        go with it.
      </p>
    </Confirm>
  );
}
