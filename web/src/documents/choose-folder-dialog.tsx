import { Button, Field, Select } from '@fluentui/react-components';
import type { Folder } from '@megdocs/contract';
import { useState } from 'react';
import { Sheet } from '../ui/sheet.tsx';
import { folderPaths } from './folder-paths.ts';

interface Props {
  folders: readonly Folder[];
  onChoose: (folderId: string) => void;
  onClose: () => void;
}

/** Where the files go that were dropped while no folder is shown. */
export function ChooseFolderDialog({ folders, onChoose, onClose }: Props) {
  const paths = folderPaths(folders).filter((folder) => folder.mayUpload);
  const [id, setId] = useState(paths[0]?.id ?? '');
  return (
    <Sheet
      open
      title="Into which folder?"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button appearance="primary" onClick={() => onChoose(id)}>
            Upload into this folder
          </Button>
        </>
      }
    >
      <Field label="Folder" hint="It decides who may read, edit and approve.">
        <Select value={id} onChange={(_, data) => setId(data.value)}>
          {paths.map((folder) => (
            <option key={folder.id} value={folder.id}>
              {folder.path}
            </option>
          ))}
        </Select>
      </Field>
    </Sheet>
  );
}
