import { Button, Field, Input, Select, Spinner } from '@fluentui/react-components';
import { type DocumentDetail, fill, routes } from '@megdocs/contract';
import { useState } from 'react';
import { announce } from '../ui/announce.tsx';
import { ApiFailure, send } from '../ui/api.ts';
import { FailureBox } from '../ui/failure.tsx';
import { Sheet } from '../ui/sheet.tsx';
import styles from './details.module.css';
import { folderPaths } from './folder-paths.ts';
import { useFolders, usePeople } from './queries.ts';

interface Props {
  document: DocumentDetail;
  onDone: () => void;
  onClose: () => void;
}

/** Number, title, type, owner, next review and folder; only what was changed is sent. */
export function DetailsDialog({ document, onDone, onClose }: Props) {
  const before = {
    title: document.title,
    number: document.number,
    type: document.type,
    ownerId: document.owner.id,
    nextReview: document.nextReview ?? '',
    folderId: document.folderId,
  };
  const [values, setValues] = useState(before);
  const [state, setState] = useState<{ busy: boolean; error?: unknown }>({ busy: false });
  const people = usePeople(true).data?.people ?? [];
  const folders = folderPaths(useFolders().data?.folders ?? []);
  const fields = state.error instanceof ApiFailure ? state.error.fields : {};
  const set = (name: keyof typeof before) => (_: unknown, data: { value: string }) =>
    setValues((now) => ({ ...now, [name]: data.value }));

  const save = async () => {
    const changed = Object.entries(values).filter(([name, value]) => before[name as keyof typeof before] !== value);
    if (changed.length === 0) return onClose();
    setState({ busy: true });
    try {
      const body = Object.fromEntries(changed.map(([name, value]) => [name, value === '' ? null : value]));
      await send('PATCH', fill(routes.document, { id: document.id }), body);
      announce('The details are saved');
      onDone();
      onClose();
    } catch (error) {
      setState({ busy: false, error });
    }
  };
  return (
    <Sheet
      open
      title={`Details of ${document.number}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            appearance="primary"
            disabledFocusable={state.busy}
            icon={state.busy ? <Spinner size="extra-tiny" aria-label="Saving" /> : undefined}
            onClick={save}
          >
            Save details
          </Button>
        </>
      }
    >
      <div className={styles.grid}>
        <Field label="Title" required className={styles.whole} validationMessage={fields.title}>
          <Input value={values.title} maxLength={200} onChange={set('title')} />
        </Field>
        <Field label="Number" required validationMessage={fields.number}>
          <Input value={values.number} maxLength={40} onChange={set('number')} />
        </Field>
        <Field label="Type" validationMessage={fields.type}>
          <Input value={values.type} maxLength={60} onChange={set('type')} />
        </Field>
        <Field label="Owner" validationMessage={fields.ownerId}>
          <Select value={values.ownerId} onChange={set('ownerId')}>
            {people.some((person) => person.id === document.owner.id) ? null : (
              <option value={document.owner.id}>{document.owner.name}</option>
            )}
            {people.map((person) => (
              <option key={person.id} value={person.id}>
                {person.name}
              </option>
            ))}
          </Select>
        </Field>
        <Field label="Next review" validationMessage={fields.nextReview}>
          <Input type="date" value={values.nextReview} onChange={set('nextReview')} />
        </Field>
        <Field label="Folder" className={styles.whole} validationMessage={fields.folderId}>
          <Select value={values.folderId} onChange={set('folderId')}>
            {folders
              .filter((folder) => folder.mayUpload || folder.id === document.folderId)
              .map((folder) => (
                <option key={folder.id} value={folder.id}>
                  {folder.path}
                </option>
              ))}
          </Select>
        </Field>
      </div>
      {state.error === undefined ? null : <FailureBox error={state.error} />}
    </Sheet>
  );
}
