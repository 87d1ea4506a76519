import { Button, Field, Select } from '@fluentui/react-components';
import { type DocumentAccess, type DocumentDetail, type DocumentRole, fill, routes } from '@megdocs/contract';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { announce } from '../ui/announce.tsx';
import { send } from '../ui/api.ts';
import { Busy } from '../ui/busy.tsx';
import { FailureBox } from '../ui/failure.tsx';
import { PersonName } from '../ui/people.tsx';
import styles from './access.module.css';
import { keys, useAccess, usePeople } from './queries.ts';

const roleWords: Record<DocumentAccess['people'][number]['role'], string> = {
  owner: 'Owner',
  contributor: 'Contributor',
  reviewer: 'Reviewer',
  approver: 'Approver',
  manager: 'Manager',
  controller: 'Document controller',
  reader: 'Reader',
};
const nameable: readonly DocumentRole[] = ['contributor', 'reviewer', 'approver'];

/** Who may do what with this document, and because of what. */
export function AccessTab({ document }: { document: DocumentDetail }) {
  const query = useAccess(document.id);
  const client = useQueryClient();
  const [failure, setFailure] = useState<unknown>();
  if (query.error) return <FailureBox error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Busy sentence="Fetching who has access…" />;

  const change = async (said: string, request: () => Promise<void>) => {
    setFailure(undefined);
    try {
      await request();
      announce(said);
      await client.invalidateQueries({ queryKey: keys.document(document.id) });
    } catch (error) {
      setFailure(error);
    }
  };
  const remove = ({ person, role }: DocumentAccess['people'][number]) =>
    change(`${person.name} is no ${role} any more`, () =>
      send('DELETE', fill(routes.documentAccessEntry, { id: document.id, personId: person.id, role })),
    );
  return (
    <div className={styles.tab}>
      {query.data.mayChange ? (
        <NameForm
          onName={(personId, role, name) =>
            change(`${name} is now ${role}`, () =>
              send('POST', fill(routes.documentAccess, { id: document.id }), { personId, role }),
            )
          }
        />
      ) : null}
      {failure === undefined ? null : <FailureBox error={failure} />}
      <table className={styles.table} aria-label={`Access to ${document.number}`}>
        <thead>
          <tr>
            <th scope="col">Person</th>
            <th scope="col">Role</th>
            <th scope="col" className={styles.because}>
              Because
            </th>
            <th scope="col">
              <span className="out-of-sight">Take away</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {query.data.people.map((entry) => (
            <tr key={`${entry.person.id} ${entry.role} ${entry.because}`}>
              <th scope="row">
                <PersonName name={entry.person.name} />
              </th>
              <td>
                {roleWords[entry.role]}
                <span className={styles.becauseBelow}>{reasonOf(entry)}</span>
              </td>
              <td className={styles.because}>{reasonOf(entry)}</td>
              <td className={styles.act}>
                {entry.removable && query.data.mayChange ? (
                  <Button
                    size="small"
                    appearance="subtle"
                    aria-label={`Take off ${entry.person.name} as ${roleWords[entry.role].toLowerCase()}`}
                    onClick={() => void remove(entry)}
                  >
                    Take off
                  </Button>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** "Owner, because owner" would say nothing. */
function reasonOf({ role, because }: DocumentAccess['people'][number]): string {
  return because.toLowerCase() === roleWords[role].toLowerCase() ? '' : because;
}

function NameForm({ onName }: { onName: (personId: string, role: DocumentRole, name: string) => Promise<void> }) {
  const people = usePeople(true).data?.people ?? [];
  const [personId, setPersonId] = useState('');
  const [role, setRole] = useState<DocumentRole>('contributor');
  const person = people.find((each) => each.id === personId);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (person) void onName(person.id, role, person.name).then(() => setPersonId(''));
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <Field label="Person" className={styles.person}>
        <Select value={personId} required onChange={(_, data) => setPersonId(data.value)}>
          <option value="">Choose a person</option>
          {people.map((each) => (
            <option key={each.id} value={each.id}>
              {each.name}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="Role">
        <Select
          value={role}
          onChange={(_, data) => setRole(nameable.find((each) => each === data.value) ?? 'contributor')}
        >
          {nameable.map((each) => (
            <option key={each} value={each}>
              {roleWords[each]}
            </option>
          ))}
        </Select>
      </Field>
      <Button type="submit">Name on this document</Button>
    </form>
  );
}
