import { Button } from '@fluentui/react-components';
import { MoreHorizontal20Regular } from '@fluentui/react-icons';
import { fill, type Person, routes } from '@megdocs/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type Action, ActionMenu } from '../ui/action-menu.tsx';
import { announce } from '../ui/announce.tsx';
import { send } from '../ui/api.ts';
import { FailureBox } from '../ui/failure.tsx';
import { useMe } from '../ui/me.ts';
import { PersonName } from '../ui/people.tsx';
import { roleWords } from '../ui/role-words.ts';
import { Ago } from '../ui/time.tsx';
import styles from './admin.module.css';
import type { PeopleDialog } from './people-page.tsx';

interface PeopleTableProps {
  people: Person[];
  onDialog: (dialog: PeopleDialog) => void;
}

/** All people of the institution; on a phone the rows become cards. */
export function PeopleTable({ people, onDialog }: PeopleTableProps) {
  const reactivate = useReactivate();
  return (
    <>
      {reactivate.error && <FailureBox error={reactivate.error} />}
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Roles</th>
            <th scope="col" className={styles.teams}>
              Teams
            </th>
            <th scope="col">Last sign-in</th>
            <th scope="col" className={styles.menuColumn}>
              <span className="out-of-sight">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {people.map((person) => (
            <Row key={person.id} person={person} onDialog={onDialog} onReactivate={reactivate.mutate} />
          ))}
        </tbody>
      </table>
    </>
  );
}

interface RowProps {
  person: Person;
  onDialog: (dialog: PeopleDialog) => void;
  onReactivate: (person: Person) => void;
}
function Row({ person, onDialog, onReactivate }: RowProps) {
  const off = person.state === 'deactivated';
  return (
    <tr className={off ? styles.off : undefined}>
      <th scope="row">
        <PersonName name={person.name} />
        <span className={styles.under}>{person.email}</span>
      </th>
      <td data-label="Roles">{roleWords(person.roles)}</td>
      <td data-label="Teams" className={styles.teams}>
        {person.teams.map((team) => team.name).join(', ') || <span className={styles.quiet}>none</span>}
      </td>
      <td data-label="Last sign-in">
        <LastSignIn person={person} />
      </td>
      <td className={styles.menuColumn}>
        <ActionMenu
          button={
            <Button
              appearance="subtle"
              size="small"
              icon={<MoreHorizontal20Regular />}
              aria-label={`More for ${person.name}`}
            />
          }
          actions={actionsFor(person, useMe().id === person.id, onDialog, onReactivate)}
        />
      </td>
    </tr>
  );
}

function LastSignIn({ person }: { person: Person }) {
  if (person.state === 'deactivated') return <span className={styles.quiet}>deactivated</span>;
  if (person.state === 'invited') return <span className={styles.wait}>invited, not yet here</span>;
  return person.lastSignInAt ? <Ago at={person.lastSignInAt} skipFocus /> : <span className={styles.quiet}>never</span>;
}

function actionsFor(
  person: Person,
  isMe: boolean,
  onDialog: RowProps['onDialog'],
  onReactivate: RowProps['onReactivate'],
): Action[] {
  if (person.state === 'deactivated') return [{ label: 'Activate again', onChoose: () => onReactivate(person) }];
  const open = (kind: 'change' | 'deactivate' | 'new-invitation' | 'reset') => () => onDialog({ kind, person });
  return [
    { label: 'Change name, roles, teams…', onChoose: open('change') },
    person.state === 'invited'
      ? { label: 'New invitation link…', onChoose: open('new-invitation') }
      : { label: 'Link for a new password…', onChoose: open('reset') },
    {
      label: 'Deactivate…',
      onChoose: open('deactivate'),
      because: isMe ? 'Another admin has to do that for you' : null,
      apart: true,
    },
  ];
}

function useReactivate() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (person: Person) => send('PATCH', fill(routes.person, { id: person.id }), { deactivated: false }),
    onSuccess: async (_, person) => {
      await queries.invalidateQueries({ queryKey: ['people'] });
      announce(`${person.name} may sign in again.`);
    },
  });
}
