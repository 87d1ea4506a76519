import { Button, Field, Input } from '@fluentui/react-components';
import { type OneTimeLink, oneTimeLink, type Role, routes } from '@megdocs/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { ApiFailure, send } from '../ui/api.ts';
import { complaint } from '../ui/complaint.ts';
import { FailureBox } from '../ui/failure.tsx';
import { Sheet } from '../ui/sheet.tsx';
import styles from './admin.module.css';
import { RoleChoice, TeamChoice } from './person-fields.tsx';

interface InviteDialogProps {
  onClose: () => void;
  onInvited: (link: OneTimeLink, name: string) => void;
}

export function InviteDialog({ onClose, onInvited }: InviteDialogProps) {
  const form = useId();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [roles, setRoles] = useState<Role[]>([]);
  const [teamIds, setTeamIds] = useState<string[]>([]);
  const invite = useMutation({
    mutationFn: () => send('POST', routes.invitations, { name, email, roles, teamIds }, oneTimeLink),
    onSuccess: async (link) => {
      await queries.invalidateQueries({ queryKey: ['people'] });
      onInvited(link, name);
    },
  });
  const fields = invite.error instanceof ApiFailure ? invite.error.fields : {};
  const submit = (event: FormEvent) => {
    event.preventDefault();
    invite.mutate();
  };
  return (
    <Sheet
      open
      title="Invite a person"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} appearance="primary" disabledFocusable={invite.isPending}>
            Make the invitation
          </Button>
        </>
      }
    >
      <form id={form} className={styles.fields} onSubmit={submit}>
        <Field label="Name" {...complaint(fields.name)}>
          <Input required autoComplete="off" value={name} onChange={(_, data) => setName(data.value)} />
        </Field>
        <Field label="Work email" {...complaint(fields.email)}>
          <Input required type="email" autoComplete="off" value={email} onChange={(_, data) => setEmail(data.value)} />
        </Field>
        <RoleChoice value={roles} onChange={setRoles} />
        <TeamChoice value={teamIds} onChange={setTeamIds} />
        {invite.error && <FailureBox error={invite.error} />}
      </form>
    </Sheet>
  );
}
