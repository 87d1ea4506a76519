import { Button, Field, Input } from '@fluentui/react-components';
import { fill, type Person, routes } from '@megdocs/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { announce } from '../ui/announce.tsx';
import { send } from '../ui/api.ts';
import { FailureBox } from '../ui/failure.tsx';
import { Sheet } from '../ui/sheet.tsx';
import styles from './admin.module.css';
import { RoleChoice, TeamChoice } from './person-fields.tsx';

export function PersonDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const form = useId();
  const queries = useQueryClient();
  const [name, setName] = useState(person.name);
  const [roles, setRoles] = useState(person.roles);
  const [teamIds, setTeamIds] = useState(person.teams.map((team) => team.id));
  const save = useMutation({
    mutationFn: () => send('PATCH', fill(routes.person, { id: person.id }), { name, roles, teamIds }),
    onSuccess: async () => {
      // One's own roles decide what the frame shows.
      await Promise.all([['people'], ['teams'], ['me']].map((queryKey) => queries.invalidateQueries({ queryKey })));
      announce(`The changes to ${name} are saved.`);
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Sheet
      open
      title={`Change ${person.name}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} appearance="primary" disabledFocusable={save.isPending}>
            Save the changes
          </Button>
        </>
      }
    >
      <form id={form} className={styles.fields} onSubmit={submit}>
        <Field label="Name">
          <Input required autoComplete="off" value={name} onChange={(_, data) => setName(data.value)} />
        </Field>
        <RoleChoice value={roles} onChange={setRoles} />
        <TeamChoice value={teamIds} onChange={setTeamIds} />
        {save.error && <FailureBox error={save.error} />}
      </form>
    </Sheet>
  );
}
