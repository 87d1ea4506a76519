import { Button, Field, Input } from '@fluentui/react-components';
import { type Folder, folder as folderSchema, pages, routes } from '@megdocs/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { useNavigate } from 'react-router';
import { announce } from '../ui/announce.tsx';
import { ApiFailure, send } from '../ui/api.ts';
import { complaint } from '../ui/complaint.ts';
import { FailureBox } from '../ui/failure.tsx';
import { Sheet } from '../ui/sheet.tsx';

/** A folder at the top, or within `parent`. */
export function NewFolderDialog({ parent, onClose }: { parent?: Folder; onClose: () => void }) {
  const form = useId();
  const [name, setName] = useState('');
  const queries = useQueryClient();
  const navigate = useNavigate();
  const make = useMutation({
    mutationFn: () => send('POST', routes.folders, { name, parentId: parent?.id ?? null }, folderSchema),
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ['folders'] });
      announce(`The folder ${made.name} is made.`);
      onClose();
      void navigate(`${pages.administrationFolders}?folder=${made.id}`);
    },
  });
  const fields = make.error instanceof ApiFailure ? make.error.fields : {};
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <Sheet
      open
      title={parent ? `New folder in ${parent.name}` : 'New folder'}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} appearance="primary" disabledFocusable={make.isPending}>
            Create the folder
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit}>
        <Field label="Name" {...complaint(fields.name)}>
          <Input required autoComplete="off" value={name} onChange={(_, data) => setName(data.value)} />
        </Field>
      </form>
      <p>{parent ? `It takes over the rules of ${parent.name}.` : 'Nobody but managers sees it until it has rules.'}</p>
      {make.error && <FailureBox error={make.error} />}
    </Sheet>
  );
}
